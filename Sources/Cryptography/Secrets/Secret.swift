/// Text that must not be seen: printed, reflected or encoded it is `***`. Only ``revealed`` gives it out.
///
/// Decoding reads the real value (a configuration file has it), so encoding and decoding do not round-trip, on purpose.
package struct Secret: Sendable, Codable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What stands in a secret's place.
    package static let mask = "***"

    package let revealed: String

    package init(_ revealed: String) {
        self.revealed = revealed
    }

    package init(from decoder: any Decoder) throws {
        revealed = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Self.mask)
    }

    package var description: String { Self.mask }
    package var debugDescription: String { Self.mask }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: Equatable {
    /// In constant time for secrets of the same length. Compares bytes: two spellings of `é` are two secrets.
    package static func == (left: Secret, right: Secret) -> Bool {
        isEqualInConstantTime(left.revealed.utf8, right.revealed.utf8)
    }
}
