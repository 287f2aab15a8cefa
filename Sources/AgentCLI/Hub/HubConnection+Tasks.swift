import HubCore

/// A task as the command line named it.
struct NamedTask: Sendable, Equatable {
    var id: String
    /// Known if the hub's list was read to find the task.
    var attempt: Int?

    var path: String { Self.folder + "/" + PercentEncoding.encode(id) }
    static let folder = "/api/v1/server/tasks"
}

extension HubConnection {
    /// Finds the task that `text` means: a whole id stays as it is, anything else is the beginning of an id, or a number, with `#` from
    /// four digits on, and costs a look at the hub's list (agent protocol, section 4.1).
    ///
    /// - Throws: ``Failure`` if it means none or several.
    func task(_ text: String) async throws -> NamedTask {
        if text.count == 36, text.count(where: { $0 == "-" }) == 4 { return NamedTask(id: text, attempt: nil) }
        // Too short for an id, digits are the number, which shells take for a comment with its #.
        let number = text.hasPrefix("#") ? Int(text.dropFirst()) : text.utf8.count < 4 ? Int(text) : nil
        guard number != nil || text.count >= 4 else {
            throw Failure.sentence("\"\(text)\" is too short for a task: give at least 4 characters of its id, or its number as '#42'")
        }
        var found: [JSONValue] = []
        var seen = 0
        for try await task in TaskPages(connection: self) {
            seen += 1
            if number.map({ task["number"]?.int == $0 }) ?? (task["id"]?.string?.hasPrefix(text) ?? false) { found.append(task) }
        }
        guard let task = found.first, let id = task["id"]?.string else {
            throw Failure.sentence(
                "no task begins with \"\(text)\" among the \(seen) that the hub lists: `orchestratia task list` shows them")
        }
        guard found.count == 1 else {
            let names = found.prefix(5).map { "\($0["id"]?.string ?? "?") (\($0["title"]?.string ?? "?"))" }.joined(separator: ", ")
            throw Failure.sentence("\"\(text)\" fits several tasks: \(names). Give more of the id")
        }
        return NamedTask(id: id, attempt: task["attempt"]?.int.flatMap { $0 > 0 ? $0 : nil })
    }
}

/// All tasks that the hub lists: the unfiltered list, and further pages where the hub has them (section 12).
private struct TaskPages: AsyncSequence, Sendable {
    let connection: HubConnection

    func makeAsyncIterator() -> Iterator { Iterator(connection: connection) }

    struct Iterator: AsyncIteratorProtocol {
        let connection: HubConnection
        private var page: ArraySlice<JSONValue> = []
        private var after: JSONValue?
        private var isFirst = true
        /// A hub that ignores `after` would give the first page for ever.
        private var pagesLeft = 100

        init(connection: HubConnection) { self.connection = connection }

        mutating func next() async throws -> JSONValue? {
            while page.isEmpty {
                guard isFirst || after != nil, pagesLeft > 0 else { return nil }
                let text = after.map { $0.string ?? $0.text }
                let answer = try await connection.get(NamedTask.folder, query: [("after", text)])
                guard let tasks = answer["tasks"]?.array else {
                    throw AgentCLI.Failure.sentence("the hub's list of tasks cannot be read: is hub_url the address of a hub?")
                }
                (page, isFirst, pagesLeft) = (tasks[...], false, pagesLeft - 1)
                if tasks.isEmpty || answer["next"]?.isNull == true { after = Optional<JSONValue>.none } else { after = answer["next"] }
            }
            return page.popFirst()
        }
    }
}
