/// How characters look.
package struct TextStyle: Hashable, Sendable {
    package static let plain = TextStyle()

    package var foreground: TerminalColor
    package var background: TerminalColor
    package var attributes: TextAttributes

    package init(foreground: TerminalColor = .standard, background: TerminalColor = .standard, attributes: TextAttributes = []) {
        (self.foreground, self.background, self.attributes) = (foreground, background, attributes)
    }
}

/// The attributes that characters can have besides their colours.
package struct TextAttributes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let bold = Self(rawValue: 1)
    package static let italic = Self(rawValue: 2)
    package static let underline = Self(rawValue: 4)
    package static let reverse = Self(rawValue: 8)
    package static let strike = Self(rawValue: 16)
    package static let blink = Self(rawValue: 32)
}
