extension Intervention.Content {
    /// The option that the standby answer means.
    package var standbyOption: Intervention.Option? {
        guard let name = standby?.option else { return nil }
        return options.first { $0.id == name } ?? options.first { $0.label == name }
    }

    /// Why the standby answer is refused.
    package enum StandbyFault: Error, Hashable, Sendable, CustomStringConvertible {
        case approval
        case unknownOption(String)
        case deadline(Int)

        package var description: String {
            switch self {
            case .approval: "an approval has no default_option: only a person gives it, however long that takes"
            case .unknownOption(let name): "default_option \(name.prefix(64)) is none of the options: give the id or the label of one"
            case .deadline(let seconds):
                "deadline_seconds is \(Intervention.Standby.range.lowerBound) to \(Intervention.Standby.range.upperBound), not \(seconds)"
            }
        }
    }

    /// - Throws: ``StandbyFault``
    package func checkStandby() throws(StandbyFault) {
        guard let standby else { return }
        guard kind != .approval else { throw .approval }
        guard Intervention.Standby.range.contains(standby.seconds) else { throw .deadline(standby.seconds) }
        guard standbyOption != nil else { throw .unknownOption(standby.option) }
    }
}

extension Actor {
    /// Answers with what the agent itself declared for the case that nobody else does.
    package static let standby = Actor(kind: .hub, id: "", name: "the hub, as declared by the agent")
}
