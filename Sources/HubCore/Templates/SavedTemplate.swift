/// A pipeline's document, kept under a name to be run again: `/NAME` for people. It has no parameters; templates that have some are command
/// files.
package struct SavedTemplate: Hashable, Sendable {
    package typealias ID = Identifier<SavedTemplate>

    package let id: ID
    package let project: Project.ID
    /// Unique in the project.
    package let name: String
    package let document: JSONValue
    package let createdBy: Actor
    package let createdAt: Timestamp

    package init(id: ID, project: Project.ID, name: String, document: JSONValue, createdBy: Actor, createdAt: Timestamp) {
        (self.id, self.project, self.name) = (id, project, name)
        (self.document, self.createdBy, self.createdAt) = (document, createdBy, createdAt)
    }

    /// As a command is named, since it becomes one: 1 to 32 of `a–z`, `0–9` and `_`, a letter first (Bot API, `BotCommand`).
    package static func isName(_ text: some StringProtocol) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        guard (1...32).contains(text.utf8.count), let first = text.utf8.first, letters.contains(first) else { return false }
        return text.utf8.allSatisfy {
            letters.contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
        }
    }
}
