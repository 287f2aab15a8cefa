import Foundation

/// The identity of an `Entity`: a version 4 UUID in lower case, as clients of the wire protocol shorten ids to prefixes
/// and compare them case-sensitively (agent protocol, section 4.1).
package struct Identifier<Entity>: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// 36 characters, lower case.
    package let text: String

    /// Reads an id as people and clients write it: any case, nothing around it. `nil` if it is no UUID.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 36, let uuid = UUID(uuidString: String(text)) else { return nil }
        self.text = uuid.uuidString.lowercased()
    }

    /// An id read back from our own storage, known to be well-formed.
    package init(stored text: String) {
        self.text = text
    }

    /// A new id that nobody can guess.
    package static func random() -> Self {
        Self(stored: UUID().uuidString.lowercased())
    }

    package var description: String { text }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(stored: try decoder.singleValueContainer().decode(String.self))
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
