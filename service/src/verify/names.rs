//! What credentials are called, close together.
//!
//! Owns: names that are read all at once stand in chunks, two bytes each beside the text; those that come later stand alone.
//! A name's place fits into 32 bits. A name that stands alone belongs to one credential, and its next name replaces it, so
//! there are never more of them than credentials.

use arc_swap::{ArcSwap, Guard};
use std::{
    ops::Deref,
    sync::{Arc, Mutex},
};

/// The most bytes of a chunk: an offset in it has 16 bits.
const CHUNK: usize = 1 << 16;
const ALONE: u32 = 1 << 31;

#[derive(Default)]
pub(super) struct Names {
    chunks: boxcar::Vec<Box<[u8]>>,
    alone: boxcar::Vec<ArcSwap<Box<str>>>,
    /// The chunk that is being written; nobody reads it yet.
    open: Mutex<Vec<u8>>,
}

/// A name, kept for as long as this is.
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
    /// The name at a place.
    pub(super) fn get(&self, place: u32) -> Option<NameRef<'_>> {
        if place >= ALONE {
            return self.alone.get((place - ALONE) as usize).map(|name| NameRef::Alone(name.load()));
        }
        self.together(place).map(NameRef::Together)
    }

    fn together(&self, place: u32) -> Option<&str> {
        let chunk = self.chunks.get((place >> 16) as usize)?;
        let (length, rest) = chunk.get((place & 0xffff) as usize..)?.split_first_chunk::<2>()?;
        std::str::from_utf8(rest.get(..usize::from(u16::from_le_bytes(*length)))?).ok()
    }

    /// Adds a name that can be read at once.
    pub(super) fn add(&self, name: &str) -> u32 {
        ALONE | u32::try_from(self.alone.push(ArcSwap::from_pointee(name.into()))).unwrap_or(0)
    }

    /// Gives the credential whose name is at `place` another name. Returns the place of it.
    pub(super) fn rename(&self, place: u32, name: &str) -> u32 {
        match place.checked_sub(ALONE).and_then(|place| self.alone.get(place as usize)) {
            Some(own) => own.store(Arc::new(name.into())),
            None => return self.add(name),
        }
        place
    }

    /// Whether credentials may share the name at this place.
    pub(super) fn is_shared(place: u32) -> bool {
        place < ALONE
    }

    /// How many names stand alone.
    pub(super) fn count_alone(&self) -> usize {
        self.alone.count()
    }

    /// Adds one of many names, which can be read after [`Names::close`]. One writer at a time.
    pub(super) fn append(&self, name: &str) -> u32 {
        let mut open = self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Ok(length) = u16::try_from(name.len()) else { return self.add(name) };
        if open.len() + 2 + name.len() > CHUNK {
            self.chunks.push(std::mem::take(&mut *open).into_boxed_slice());
        }
        let Ok(chunk) = u32::try_from(self.chunks.count()) else { return self.add(name) };
        if chunk >= ALONE >> 16 {
            return self.add(name);
        }
        let place = chunk << 16 | open.len() as u32;
        open.extend_from_slice(&length.to_le_bytes());
        open.extend_from_slice(name.as_bytes());
        place
    }

    /// Ends appending: every name can be read from now on.
    pub(super) fn close(&self) {
        let open = std::mem::take(&mut *self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        if !open.is_empty() {
            self.chunks.push(open.into_boxed_slice());
        }
    }

    /// The bytes that chunks take.
    pub(super) fn bytes(&self) -> usize {
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
        let places: Vec<_> = texts.iter().map(|text| names.append(text)).collect();
        names.close();
        let (late, empty) = (names.add("late"), names.add(""));
        let read = |place| names.get(place).map(|name| name.to_string());
        for (place, text) in places.iter().zip(&texts) {
            assert_eq!(read(*place).as_deref(), Some(text.as_str()));
        }
        assert_eq!((read(late).as_deref(), read(empty).as_deref()), (Some("late"), Some("")));
        let held = names.get(late);
        let renamed = [names.rename(late, "later"), names.rename(places[0], "moved")];
        assert_eq!(renamed.map(read), [Some("later".to_owned()), Some("moved".to_owned())]);
        assert_eq!((held.as_deref(), read(places[0])), (Some("late"), Some(texts[0].clone())));
        assert_eq!(names.count_alone(), 3, "a name that stands alone is replaced");
        assert!(names.chunks.count() > 1 && names.bytes() > 0);
        assert_eq!((read(ALONE - 1), read(u32::MAX)), (None, None));
    }
}
