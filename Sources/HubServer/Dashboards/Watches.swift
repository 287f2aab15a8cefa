import HubCore

/// The terminals that one connection watches. Each watch has a number, so that the end of an earlier one of the same terminal, which may
/// come late, takes nothing away from the one that follows it.
struct Watches {
    /// Terminals that one connection may watch at a time.
    static let maximum = 64

    private struct Watch {
        let number: Int
        let project: Project.ID
        let task: Task<Void, Never>
    }

    private var watches: [Session.ID: Watch] = [:]
    private var lastNumber = 0

    func hasRoom(for session: Session.ID) -> Bool { watches[session] == nil && watches.count < Self.maximum }

    /// - Parameter begin: makes the task, which says its number at its end.
    mutating func add(_ session: Session.ID, of project: Project.ID, _ begin: (_ number: Int) -> Task<Void, Never>) {
        lastNumber += 1
        watches[session] = Watch(number: lastNumber, project: project, task: begin(lastNumber))
    }

    /// The watch with this number has ended.
    mutating func end(_ number: Int, of session: Session.ID) {
        if watches[session]?.number == number { watches[session] = nil }
    }

    /// - Returns: the task, to be cancelled.
    mutating func remove(_ session: Session.ID) -> Task<Void, Never>? { watches.removeValue(forKey: session)?.task }

    /// Removes the terminals of all other projects.
    ///
    /// - Returns: them with their tasks, to be cancelled.
    mutating func keep(only projects: Set<Project.ID>) -> [Session.ID: Task<Void, Never>] {
        let lost = watches.filter { !projects.contains($0.value.project) }
        for session in lost.keys { watches[session] = nil }
        return lost.mapValues(\.task)
    }

    /// - Returns: the tasks, to be cancelled.
    mutating func removeAll() -> [Task<Void, Never>] {
        defer { watches = [:] }
        return watches.values.map(\.task)
    }
}
