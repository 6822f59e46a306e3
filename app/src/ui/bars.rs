//! Bar charts with two colors, drawn as SVG on the server. A library draws the shapes; the colors come from the theme.

use plotters::prelude::{IntoDrawingArea, RGBColor, Rectangle, SVGBackend, ShapeStyle};

/// Placeholder color and the theme's color that replaces it. The library does not know CSS variables.
const GOOD: (RGBColor, &str, &str) = (RGBColor(1, 1, 1), "#010101", "var(--accent)");
const BAD: (RGBColor, &str, &str) = (RGBColor(2, 2, 2), "#020202", "var(--danger-dot)");
const LINE: (RGBColor, &str, &str) = (RGBColor(3, 3, 3), "#030303", "var(--line)");

/// One bar with its good part below its bad part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    pub good: u64,
    pub bad: u64,
}

impl Bar {
    pub fn sum(self) -> u64 {
        self.good + self.bad
    }
}

/// The bars as SVG of this width and height. The tallest bar fills the height. Empty if drawing fails.
pub fn draw_bars(bars: &[Bar], size: (u32, u32)) -> String {
    let (mut svg, most) = (String::new(), bars.iter().map(|bar| bar.sum()).max().unwrap_or(0));
    if draw(&mut svg, bars, most.max(1), size).is_none() {
        return String::new();
    }
    let svg = svg.replacen("<svg ", "<svg preserveAspectRatio=\"none\" ", 1);
    [GOOD, BAD, LINE].into_iter().fold(svg, |svg, (_, stand_in, color)| svg.replace(stand_in, color))
}

fn draw(svg: &mut String, bars: &[Bar], most: u64, size: (u32, u32)) -> Option<()> {
    let (width, height) = (i32::try_from(size.0).ok()?, i32::try_from(size.1).ok()?);
    let area = SVGBackend::with_string(svg, size).into_drawing_area();
    let filled = |color: RGBColor| ShapeStyle { color: color.into(), filled: true, stroke_width: 0 };
    for quarter in 0..4 {
        let y = quarter * height / 4;
        area.draw(&Rectangle::new([(0, y), (width, y + 1)], filled(LINE.0))).ok()?;
    }
    area.draw(&Rectangle::new([(0, height - 1), (width, height)], filled(LINE.0))).ok()?;
    let step = width / i32::try_from(bars.len().max(1)).ok()?;
    let gap = step / 10;
    for (place, bar) in bars.iter().enumerate() {
        let left = i32::try_from(place).ok()? * step + gap;
        let room = u128::from(size.1.saturating_sub(2));
        let tall = |calls: u64| i32::try_from(u128::from(calls) * room / u128::from(most)).unwrap_or(0);
        // Even a single call is visible.
        let (good, bad) = (tall(bar.good).max(i32::from(bar.good > 0)), tall(bar.bad).max(i32::from(bar.bad > 0) * 2));
        let foot = height - 1;
        for (from, to, color) in [(0, good, GOOD.0), (good, good + bad, BAD.0)] {
            if to > from {
                let corners = [(left, foot - to), (left + step - 2 * gap, foot - from)];
                area.draw(&Rectangle::new(corners, filled(color))).ok()?;
            }
        }
    }
    area.present().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawing_has_the_colors_of_the_theme_and_none_of_its_own() {
        let svg = draw_bars(&[Bar { good: 9, bad: 1 }, Bar::default()], (840, 160));
        for color in [GOOD.2, BAD.2, LINE.2] {
            assert!(svg.contains(color), "{svg}");
        }
        assert!(!svg.contains("fill=\"#") && !svg.contains("style="), "{svg}");
    }
}
