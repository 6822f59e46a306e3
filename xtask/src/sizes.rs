//! The download size of a first visit: each file raw and after Brotli.

use crate::{
    Outcome,
    assets::{self, Kind},
    paths,
};
use std::{fs, io::Write as _};

/// Prints one line per file, and the sum. Fails if the site has not been built.
pub(crate) fn print() -> Outcome {
    let site = paths::site();
    let (mut raw_sum, mut packed_sum) = (0, 0);
    println!("{:<6}{:>12}{:>12}", "", "raw", "brotli");
    for kind in Kind::ALL {
        let path = assets::built(&site, kind).ok_or("no site here yet: run `cargo xtask site --release`")?;
        let bytes = fs::read(&path)?;
        let packed = match fs::metadata(assets::beside(&path, "br")) {
            Ok(file) => usize::try_from(file.len())?,
            Err(_) => {
                let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 24);
                writer.write_all(&bytes)?;
                writer.flush()?;
                writer.into_inner().len()
            }
        };
        println!("{:<6}{:>12}{:>12}", kind.extension(), bytes.len(), packed);
        raw_sum += bytes.len();
        packed_sum += packed;
    }
    println!("{:<6}{raw_sum:>12}{packed_sum:>12}", "sum");
    Ok(())
}
