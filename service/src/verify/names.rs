//! What credentials are called, close together.
//!
//! Owns: names that are read all at once stand in chunks, two bytes each beside the text; those that come later stand alone.
//! A name's place fits into 32 bits. Names are added, never taken away, until everything is read again.

use std::sync::Mutex;

/// The most bytes of a chunk: an offset in it has 16 bits.
const CHUNK: usize = 1 << 16;
const ALONE: u32 = 1 << 31;

#[derive(Default)]
pub(super) struct Names {
    chunks: boxcar::Vec<Box<[u8]>>,
    alone: boxcar::Vec<Box<str>>,
    /// The chunk that is being written; nobody reads it yet.
    open: Mutex<Vec<u8>>,
}

impl Names {
    /// The name at a place.
    pub(super) fn get(&self, place: u32) -> Option<&str> {
        if place >= ALONE {
            return self.alone.get((place - ALONE) as usize).map(AsRef::as_ref);
        }
        let chunk = self.chunks.get((place >> 16) as usize)?;
        let (length, rest) = chunk.get((place & 0xffff) as usize..)?.split_first_chunk::<2>()?;
        std::str::from_utf8(rest.get(..usize::from(u16::from_le_bytes(*length)))?).ok()
    }

    /// Adds a name that can be read at once.
    pub(super) fn add(&self, name: &str) -> u32 {
        ALONE | u32::try_from(self.alone.push(name.into())).unwrap_or(0)
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
        for (place, text) in places.iter().zip(&texts) {
            assert_eq!(names.get(*place), Some(text.as_str()));
        }
        assert_eq!((names.get(late), names.get(empty)), (Some("late"), Some("")));
        assert!(names.chunks.count() > 1 && names.bytes() > 0);
        assert_eq!((names.get(ALONE - 1), names.get(u32::MAX)), (None, None));
    }
}
