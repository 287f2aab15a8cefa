/// A method of the Bot API: its parameters, and what it does to the world.
struct Method: Sendable {
    typealias Action = @Sendable (Arguments, World.Bot.ID, inout World) throws(World.Refusal) -> JSON

    /// In its documented spelling.
    let name: String
    let parameters: [Parameter]
    /// Which of the limits it counts against.
    let pace: Pacing.Class
    let action: Action

    init(_ name: String, _ parameters: [Parameter], pace: Pacing.Class = .free, action: @escaping Action) {
        (self.name, self.parameters, self.pace, self.action) = (name, parameters, pace, action)
    }

    static let getUpdates = Method(
        "getUpdates",
        [
            .optional("offset", .integer), .optional("limit", .integer), .optional("timeout", .integer),
            .optional("allowed_updates", .array),
        ]
    ) { _, _, _ in .array([]) }

    /// By name in lower case.
    static let all: [String: Method] = Dictionary(
        uniqueKeysWithValues: ([getUpdates] + account + messages + editing + media + topics + commands).map { ($0.name.lowercased(), $0) })
}
