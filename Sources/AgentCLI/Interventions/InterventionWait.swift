import HubCore

/// Holds on until a question is answered, through restarts of the hub.
struct InterventionWait {
    let id: String
    /// `nil`: for ever.
    var seconds: Int?

    /// - Returns: the question with its answer.
    /// - Throws: ``Failure`` if the time is up, or the question was withdrawn.
    func answer(over hub: HubConnection) async throws -> JSONValue {
        let clock = ContinuousClock()
        let end = seconds.map { clock.now + .seconds($0) }
        while true {
            let left = end.map { max(0, Int(clock.now.duration(to: $0).components.seconds)) }
            let slice = min(left ?? 25, 25)
            do {
                let found = try await hub.get(
                    InterventionCommands.folder + "/" + PercentEncoding.encode(id), query: [("wait", slice > 0 ? String(slice) : nil)],
                    within: HubConnection.timeLimit + .seconds(slice))
                let status = found["status"]?.string
                if found["response"]?.isNull == false { return found }
                guard status == "pending" else {
                    throw Failure.sentence("the question \(id) was not answered: it is \(status ?? "gone")")
                }
            } catch Failure.unreachable(let text) {
                guard end.map({ clock.now < $0 }) ?? true else { throw Failure.unreachable(text) }
                try await Task.sleep(for: .seconds(2))
            }
            if let end, clock.now >= end {
                throw Failure.sentence(
                    "nobody has answered yet: the question \(id) stays open, ask again with `orchestratia intervention view`")
            }
        }
    }
}
