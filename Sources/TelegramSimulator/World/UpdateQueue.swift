extension World {
    /// The updates that one bot has yet to confirm.
    ///
    /// Ids are sequential. Asking with an offset confirms all below it; a negative one keeps only the last few. An offset more than 10 past
    /// the end, or more than 2 000 000 behind it, is no offset at all: the answer starts at the head and confirms nothing (TDLib's TQueue).
    package struct UpdateQueue: Sendable {
        package struct Update: Sendable, Equatable {
            package internal(set) var id: Int
            /// The field that holds the content: `message`, `callback_query` …
            package let kind: String
            package let content: JSON

            var json: JSON { .object(["update_id": .integer(Int64(id)), kind: content]) }
        }

        /// Those a bot gets without asking by name (Bot API, `getUpdates`).
        static let optional: Set<String> = ["chat_member", "message_reaction", "message_reaction_count"]
        static let confirmedKept = 1000

        package internal(set) var pending: [Update] = []
        /// The latest confirmed ones, for redelivery.
        package internal(set) var confirmed: [Update] = []
        package internal(set) var nextID = 100_000_001
        /// `nil` means all but the optional kinds. Decides when an update is made, not when it is fetched.
        package internal(set) var allowed: Set<String>?
        /// Handed out once more by the next fetch, whatever its offset.
        var redelivered: [Update] = []

        var hasUpdates: Bool { !pending.isEmpty || !redelivered.isEmpty }

        func accepts(_ kind: String) -> Bool { allowed?.contains(kind) ?? !Self.optional.contains(kind) }

        mutating func add(_ kind: String, _ content: JSON) {
            pending.append(Update(id: nextID, kind: kind, content: content))
            nextID += 1
        }

        /// Confirms what `offset` confirms and returns up to `limit` of the rest.
        mutating func fetch(offset: Int, limit: Int) -> [Update] {
            if offset < 0 {
                confirm(pending.count - min(pending.count, offset == .min ? .max : -offset))
            } else if offset > 0, offset <= nextID + 10, offset >= nextID - 2_000_000 {
                confirm(pending.firstIndex { $0.id >= offset } ?? pending.count)
            }
            let repeated = redelivered.prefix(limit)
            redelivered.removeFirst(repeated.count)
            return Array(repeated) + pending.prefix(limit - repeated.count)
        }

        private mutating func confirm(_ count: Int) {
            guard count > 0 else { return }
            confirmed = (confirmed + pending.prefix(count)).suffix(Self.confirmedKept)
            pending.removeFirst(count)
        }

        mutating func redeliver(_ ids: Set<Int>) { redelivered += (confirmed + pending).filter { ids.contains($0.id) } }

        /// Continues with `first`, as Telegram does with a random id after a quiet week.
        mutating func renumber(from first: Int) {
            nextID = first
            for index in pending.indices {
                pending[index].id = nextID
                nextID += 1
            }
        }
    }
}
