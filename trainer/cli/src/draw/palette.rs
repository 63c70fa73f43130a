//! Colours of pictures and pages, for light and dark screens. They are those of Okabe and Ito
//! (*Color Universal Design*, 2008), which colour-blind readers can tell apart.

use super::scene::Colour;

/// A colour by its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// Colour on a light background.
    pub light: (u8, u8, u8),
    /// Colour on a dark background.
    pub dark: (u8, u8, u8),
}

const fn role(light: (u8, u8, u8), dark: (u8, u8, u8)) -> Role {
    Role { light, dark }
}

/// Real rows: blue, sky blue on dark.
pub const REAL: Role = role((0, 114, 178), (86, 180, 233));
/// Generated rows: vermilion, orange on dark.
pub const GENERATED: Role = role((213, 94, 0), (240, 160, 20));
/// Neither real nor generated, such as validation losses: bluish green.
pub const OTHER: Role = role((0, 130, 95), (60, 200, 155));
/// Text.
pub const TEXT: Role = role((31, 35, 40), (230, 237, 243));
/// Less important text, ticks and axes.
pub const FAINT: Role = role((87, 96, 106), (157, 167, 179));
/// Grid lines.
pub const GRID: Role = role((222, 226, 231), (52, 59, 68));
/// Background.
pub const PAPER: Role = role((255, 255, 255), (20, 24, 29));

/// All roles. The greys of images are not among them: images look the same on light and dark.
pub const ROLES: [Role; 7] = [REAL, GENERATED, OTHER, TEXT, FAINT, GRID, PAPER];

impl Role {
    /// Returns the opaque colour.
    #[must_use]
    pub const fn full(self) -> Colour {
        self.over(1.0)
    }

    /// Returns the colour with an opacity.
    #[must_use]
    pub const fn over(self, alpha: f64) -> Colour {
        Colour {
            rgb: self.light,
            alpha,
        }
    }
}

/// Returns a colour's variant for dark backgrounds.
#[must_use]
pub fn darkened(colour: Colour) -> Colour {
    let role = ROLES.iter().find(|role| role.light == colour.rgb);
    Colour {
        rgb: role.map_or(colour.rgb, |role| role.dark),
        ..colour
    }
}

/// Returns a colour as CSS and SVG write it.
#[must_use]
pub fn hex((r, g, b): (u8, u8, u8)) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Returns CSS rules that exchange light colours in SVG for dark ones. The rules match attributes,
/// so a viewer without CSS shows the light colours.
#[must_use]
pub fn dark_rules() -> String {
    let rule = |role: &Role| {
        let (light, dark) = (hex(role.light), hex(role.dark));
        format!("[fill=\"{light}\"]{{fill:{dark}}}[stroke=\"{light}\"]{{stroke:{dark}}}")
    };
    ROLES.iter().map(rule).collect()
}

#[cfg(test)]
mod tests {
    use super::{PAPER, ROLES, Role};

    /// Contrast by relative luminance, WCAG 2.1.
    fn contrast(a: (u8, u8, u8), b: (u8, u8, u8)) -> f64 {
        let linear = |channel: u8| match f64::from(channel) / 255.0 {
            low if low <= 0.040_45 => low / 12.92,
            high => ((high + 0.055) / 1.055).powf(2.4),
        };
        let luminance = |(r, g, b)| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    #[test]
    fn every_colour_stands_out_from_its_paper() {
        let seen: [(&str, Role, f64); 5] = [
            ("real", ROLES[0], 3.0),
            ("generated", ROLES[1], 3.0),
            ("other", ROLES[2], 3.0),
            ("text", ROLES[3], 7.0),
            ("faint", ROLES[4], 4.5),
        ];
        for (name, role, least) in seen {
            let on = [
                contrast(role.light, PAPER.light),
                contrast(role.dark, PAPER.dark),
            ];
            assert!(on.iter().all(|&ratio| ratio >= least), "{name}: {on:?}");
        }
    }
}
