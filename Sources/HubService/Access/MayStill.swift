import HubCore

extension HubTransaction {
    /// Whether whoever made something that acts later, a code or a schedule, may do now what it does.
    func mayStill(_ maker: Actor, _ permission: Permission, in project: Project.ID) throws -> Bool {
        guard maker.kind == .person else { return true }
        guard let person = try Person.ID(maker.id).flatMap({ try people.find($0) }) else { return false }
        do {
            try Gate.admit(.person(person, over: .hub), .permission(permission), on: Scope(project: project), in: self)
            return true
        } catch is HubError {
            return false
        }
    }
}
