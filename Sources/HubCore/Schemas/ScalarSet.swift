/// Which characters one place of a pattern takes.
struct ScalarSet: Hashable, Sendable {
    indirect enum Part: Hashable, Sendable {
        case range(UInt32, UInt32)
        /// A general category of Unicode by its short name, `L`, `Lu`, `Nd` …
        case category(String)
        case not(Part)
        case any([Part])
    }

    var parts: [Part]
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        parts.contains { Self.contains($0, scalar) } != isNegated
    }

    private static func contains(_ part: Part, _ scalar: Unicode.Scalar) -> Bool {
        switch part {
        case .range(let low, let high): (low...high).contains(scalar.value)
        case .category(let name): scalar.properties.generalCategory.shortName.hasPrefix(name)
        case .not(let part): !contains(part, scalar)
        case .any(let parts): parts.contains { contains($0, scalar) }
        }
    }

    static func one(_ scalar: Unicode.Scalar) -> ScalarSet { ScalarSet(parts: [.range(scalar.value, scalar.value)]) }
    static let digit = ScalarSet(parts: [.range(0x30, 0x39)])
    static let word = ScalarSet(parts: [.range(0x30, 0x39), .range(0x41, 0x5A), .range(0x5F, 0x5F), .range(0x61, 0x7A)])
    /// White space and line ends (ECMA-262, `\s`).
    static let space = ScalarSet(parts: [
        .range(0x09, 0x0D), .range(0x20, 0x20), .range(0xA0, 0xA0), .range(0x1680, 0x1680), .range(0x2000, 0x200A),
        .range(0x2028, 0x2029), .range(0x202F, 0x202F), .range(0x205F, 0x205F), .range(0x3000, 0x3000), .range(0xFEFF, 0xFEFF),
    ])
    /// `.`: everything but line ends.
    static let dot = ScalarSet(parts: [.range(0x0A, 0x0A), .range(0x0D, 0x0D), .range(0x2028, 0x2029)], isNegated: true)

    var asPart: Part { isNegated ? .not(.any(parts)) : .any(parts) }

    static let categories: Set<String> = [
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Cs", "Co", "Cn",
    ]
}

extension Unicode.GeneralCategory {
    fileprivate var shortName: String {
        switch self {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
