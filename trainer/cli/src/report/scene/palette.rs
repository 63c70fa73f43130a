//! The colours of pictures and of the page: Okabe and Ito's, which the colour-blind tell apart (*Color Universal
//! Design*, 2008), in a variant for paper and one for dark screens.

use super::Colour;

/// A colour by what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// On light.
    pub light: (u8, u8, u8),
    /// On dark.
    pub dark: (u8, u8, u8),
}

const fn role(light: (u8, u8, u8), dark: (u8, u8, u8)) -> Role {
    Role { light, dark }
}

/// Real rows: blue, and sky blue.
pub const REAL: Role = role((0, 114, 178), (86, 180, 233));
/// Generated rows: vermilion, and orange.
pub const GENERATED: Role = role((213, 94, 0), (240, 160, 20));
/// What is neither: the float network, held-out losses. Bluish green.
pub const OTHER: Role = role((0, 130, 95), (60, 200, 155));
/// Words.
pub const TEXT: Role = role((31, 35, 40), (230, 237, 243));
/// Words beside the words: ticks, axes.
pub const FAINT: Role = role((87, 96, 106), (157, 167, 179));
/// Lines of a grid.
pub const GRID: Role = role((222, 226, 231), (52, 59, 68));
/// What all stands on.
pub const PAPER: Role = role((255, 255, 255), (20, 24, 29));

/// All of them. Greys of image tiles are none: a picture's pixels look the same on light and dark.
pub const ROLES: [Role; 7] = [REAL, GENERATED, OTHER, TEXT, FAINT, GRID, PAPER];

impl Role {
    /// The colour in full.
    #[must_use]
    pub const fn full(self) -> Colour {
        self.over(1.0)
    }

    /// The colour, so much of it covering.
    #[must_use]
    pub const fn over(self, alpha: f64) -> Colour {
        Colour {
            rgb: self.light,
            alpha,
        }
    }
}

/// A colour as it is on dark.
#[must_use]
pub fn darkened(colour: Colour) -> Colour {
    let role = ROLES.iter().find(|role| role.light == colour.rgb);
    Colour {
        rgb: role.map_or(colour.rgb, |role| role.dark),
        ..colour
    }
}

/// As CSS and SVG write it.
#[must_use]
pub fn hex((r, g, b): (u8, u8, u8)) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Rules that turn the roles' colours in SVG to those for dark. They go by the attributes themselves, so that a viewer
/// without CSS shows the light ones.
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

    /// Relative luminance and contrast, WCAG 2.1.
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
