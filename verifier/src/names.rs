//! Stores the names of credentials compactly.
//!
//! Names of a full load are packed into chunks, with two extra bytes each. Later names are stored separately. A
//! separate name belongs to one credential, and its next name replaces it, so there are never more of them than
//! credentials. A name's position fits into 32 bits.

use arc_swap::{ArcSwap, Guard};
use std::{
    ops::Deref,
    sync::{Arc, Mutex},
};

/// Largest size of a chunk in bytes: offsets have 16 bits.
const CHUNK: usize = 1 << 16;
const ALONE: u32 = 1 << 31;

#[derive(Default)]
pub(crate) struct Names {
    chunks: boxcar::Vec<Box<[u8]>>,
    alone: boxcar::Vec<ArcSwap<Box<str>>>,
    /// The chunk that is being filled. It cannot be read yet.
    open: Mutex<Vec<u8>>,
}

/// A name that can be read as long as this value exists.
pub(crate) enum NameRef<'a> {
    Together(&'a str),
    Alone(Guard<Arc<Box<str>>>),
}

impl Deref for NameRef<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Together(text) => text,
            Self::Alone(text) => text,
        }
    }
}

impl Names {
    pub(crate) fn get(&self, position: u32) -> Option<NameRef<'_>> {
        if position >= ALONE {
            return self.alone.get((position - ALONE) as usize).map(|name| NameRef::Alone(name.load()));
        }
        self.together(position).map(NameRef::Together)
    }

    fn together(&self, position: u32) -> Option<&str> {
        let chunk = self.chunks.get((position >> 16) as usize)?;
        let (length, rest) = chunk.get((position & 0xffff) as usize..)?.split_first_chunk::<2>()?;
        std::str::from_utf8(rest.get(..usize::from(u16::from_le_bytes(*length)))?).ok()
    }

    /// Stores a name separately and returns its position. It can be read at once.
    pub(crate) fn add(&self, name: &str) -> u32 {
        ALONE | u32::try_from(self.alone.push(ArcSwap::from_pointee(name.into()))).unwrap_or(0)
    }

    /// Gives a new name to the credential whose name is at `position`, and returns the position of the new name.
    pub(crate) fn rename(&self, position: u32, name: &str) -> u32 {
        match position.checked_sub(ALONE).and_then(|position| self.alone.get(position as usize)) {
            Some(own) => own.store(Arc::new(name.into())),
            None => return self.add(name),
        }
        position
    }

    /// True if several credentials may share the name at this position.
    pub(crate) fn is_shared(position: u32) -> bool {
        position < ALONE
    }

    /// Number of names that are stored separately.
    pub(crate) fn count_alone(&self) -> usize {
        self.alone.count()
    }

    /// Packs a name into the open chunk and returns its position. It can be read after [`Names::close`]. Only one
    /// thread may call this at a time.
    pub(crate) fn append(&self, name: &str) -> u32 {
        let mut open = self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Ok(length) = u16::try_from(name.len()) else { return self.add(name) };
        if open.len() + 2 + name.len() > CHUNK {
            self.chunks.push(std::mem::take(&mut *open).into_boxed_slice());
        }
        let Ok(chunk) = u32::try_from(self.chunks.count()) else { return self.add(name) };
        if chunk >= ALONE >> 16 {
            return self.add(name);
        }
        let position = chunk << 16 | open.len() as u32;
        open.extend_from_slice(&length.to_le_bytes());
        open.extend_from_slice(name.as_bytes());
        position
    }

    /// Ends packing. From now on, every name can be read.
    pub(crate) fn close(&self) {
        let open = std::mem::take(&mut *self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        if !open.is_empty() {
            self.chunks.push(open.into_boxed_slice());
        }
    }

    /// Bytes used by the chunks.
    pub(crate) fn bytes(&self) -> usize {
        self.chunks.iter().map(|(_, chunk)| chunk.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_as_it_was_added() {
        let names = Names::default();
        let long = "ü".repeat(300);
        let texts: Vec<_> = (0..30_000).map(|number| format!("{number} {}", &long[..2 * (number % 100)])).collect();
        let positions: Vec<_> = texts.iter().map(|text| names.append(text)).collect();
        names.close();
        let (late, empty) = (names.add("late"), names.add(""));
        let read = |position| names.get(position).map(|name| name.to_string());
        for (position, text) in positions.iter().zip(&texts) {
            assert_eq!(read(*position).as_deref(), Some(text.as_str()));
        }
        assert_eq!((read(late).as_deref(), read(empty).as_deref()), (Some("late"), Some("")));
        let held = names.get(late);
        let renamed = [names.rename(late, "later"), names.rename(positions[0], "moved")];
        assert_eq!(renamed.map(read), [Some("later".to_owned()), Some("moved".to_owned())]);
        assert_eq!((held.as_deref(), read(positions[0])), (Some("late"), Some(texts[0].clone())));
        assert_eq!(names.count_alone(), 3, "a name that stands alone is replaced");
        assert!(names.chunks.count() > 1 && names.bytes() > 0);
        assert_eq!((read(ALONE - 1), read(u32::MAX)), (None, None));
    }
}
