import Foundation

/// Something that happened in a chat. Fields, kinds and values that are unknown here never make an update undecodable.
package struct Update: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        case message(Message)
        case editedMessage(Message)
        case callbackQuery(CallbackQuery)
        case myChatMember(ChatMemberUpdated)
        case messageReaction(MessageReactionUpdated)
        /// A kind that is not handled here, by its name in the Bot API; empty where the update holds nothing.
        case other(String)
        /// A known kind whose contents have not the shape that is documented.
        case malformed(String)
    }

    package let id: Int64
    package let content: Content

    package init(id: Int64, content: Content) { (self.id, self.content) = (id, content) }

    /// Decodes one element of `getUpdates`' result.
    ///
    /// - Throws: ``Unidentifiable`` only where there is no `update_id`.
    package init(json: Data) throws(Unidentifiable) {
        guard let members = try? JSONSlices.members(of: json), let id = Self.id(in: members) else { throw Unidentifiable() }
        self.id = id
        if let kind = UpdateKind.allCases.first(where: { members[$0.rawValue] != nil }), let value = members[kind.rawValue] {
            content = (try? Self.content(kind, value)) ?? .malformed(kind.rawValue)
        } else {
            content = .other(members.keys.filter { $0 != "update_id" }.min() ?? "")
        }
    }

    /// The text has no `update_id`.
    package struct Unidentifiable: Error {
        package init() {}
    }

    private static func id(in members: [String: Data]) -> Int64? {
        members["update_id"].flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
    }

    private static func content(_ kind: UpdateKind, _ json: Data) throws -> Content {
        let decoder = JSONDecoder()
        switch kind {
        case .message: return .message(try decoder.decode(Message.self, from: json))
        case .editedMessage: return .editedMessage(try decoder.decode(Message.self, from: json))
        case .callbackQuery: return .callbackQuery(try decoder.decode(CallbackQuery.self, from: json))
        case .myChatMember: return .myChatMember(try decoder.decode(ChatMemberUpdated.self, from: json))
        case .messageReaction: return .messageReaction(try decoder.decode(MessageReactionUpdated.self, from: json))
        }
    }

    /// The chat in which it happened.
    package var chat: Chat? {
        switch content {
        case .message(let message), .editedMessage(let message): message.chat
        case .callbackQuery(let query): query.message?.chat
        case .myChatMember(let change): change.chat
        case .messageReaction(let reaction): reaction.chat
        case .other, .malformed: nil
        }
    }
}

/// An update as it came, to be stored before anything is done about it.
package struct RawUpdate: Sendable, Equatable {
    package let id: Int64
    /// The JSON object, byte for byte; ``Update/init(json:)`` reads it.
    package let json: Data

    package init(id: Int64, json: Data) { (self.id, self.json) = (id, json) }
}

/// What one `getUpdates` brought.
package struct UpdateBatch: Sendable, Equatable {
    package var updates: [RawUpdate]
    /// Elements without an `update_id`, which nobody can confirm one by one.
    package var unidentifiable: Int

    package init(_ updates: [RawUpdate] = [], unidentifiable: Int = 0) {
        (self.updates, self.unidentifiable) = (updates, unidentifiable)
    }

    /// - Parameter json: the result of `getUpdates`: an array.
    /// - Throws: ``BotAPIError/server(status:description:)`` where it is none.
    package init(json: Data) throws(BotAPIError) {
        self.init()
        guard let elements = try? JSONSlices.elements(of: json) else {
            throw .server(status: 200, description: "getUpdates: the result is not an array")
        }
        for element in elements {
            if let members = try? JSONSlices.members(of: element), let digits = members["update_id"],
                let id = Int64(String(decoding: digits, as: UTF8.self))
            {
                // A copy, so that one update does not keep its whole batch in memory.
                updates.append(RawUpdate(id: id, json: Data(element)))
            } else {
                unidentifiable += 1
            }
        }
    }

    /// The offset that confirms this batch: one more than its last id, wherever the numbering stands. `nil` where there is none.
    package var nextOffset: Int64? { updates.last.map { $0.id &+ 1 } }
}
