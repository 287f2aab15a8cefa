import HubCore

/// A person opens a terminal on a server.
package struct OpenSession: UseCase {
    /// By id or name; `nil`: the online server with terminals that has the most room.
    package var server: String?
    package var project: Project.ID
    /// `nil`: `shell-1`, `claude-2` …, the first that is free.
    package var name: String?
    /// `nil`: ``Session/shell``.
    package var profile: String?
    package var workingDirectory: String?
    package var size: TerminalSize

    package init(
        on server: String?, in project: Project.ID, name: String? = nil, profile: String? = nil, workingDirectory: String? = nil,
        size: TerminalSize = .standard
    ) {
        (self.server, self.project, self.name, self.profile) = (server, project, name, profile)
        (self.workingDirectory, self.size) = (workingDirectory, size)
    }

    package var right: Right { .permission(.typeIntoSession) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    package func perform(on project: Project, in transaction: HubTransaction) throws -> SessionView {
        let profile = profile ?? Session.shell
        guard Session.isProfile(profile) else {
            throw HubError.invalid(
                "\(profile.prefix(40)) is no launch profile: these are named by lower-case words, for example shell or claude")
        }
        if let directory = workingDirectory { try checkText(directory, named: "working directory", limit: Session.maximumPath) }
        let server = try chosenServer(in: transaction)
        let session = Session(
            id: .random(), project: project.id, server: server.id, createdBy: transaction.caller.actor, createdAt: transaction.now,
            name: try chosenName(profile, in: transaction), profile: profile, workingDirectory: workingDirectory, size: size)
        try transaction.open(session)
        return try transaction.view(of: session)
    }

    private func chosenServer(in transaction: HubTransaction) throws -> Server {
        guard let server else {
            let candidates = try transaction.roster(of: project).candidates.filter {
                $0.server.terminals != nil && $0.server.state == .online && !$0.server.isDrained
            }
            guard let best = candidates.max(by: { $0.freeSlots < $1.freeSlots }) else {
                throw HubError.conflict("no server with terminals is online")
            }
            return best.server
        }
        let found = try transaction.server(named: server, in: project)
        guard found.terminals != nil else {
            throw HubError.conflict("\(found.name) has no terminals: it speaks only REST, or its agent never connected")
        }
        guard found.state == .online else { throw HubError.conflict("\(found.name) is offline") }
        return found
    }

    private func chosenName(_ profile: String, in transaction: HubTransaction) throws -> String {
        guard let name = name?.trimmed, !name.isEmpty else {
            var number = 1
            while try transaction.sessions.find(name: "\(profile)-\(number)", in: project) != nil { number += 1 }
            return "\(profile)-\(number)"
        }
        guard Session.isName(name) else {
            throw HubError.invalid(
                "a session's name has 1 to \(Session.maximumName) letters, digits, dots, underscores or hyphens: for example fix-login")
        }
        guard try transaction.sessions.find(name: name, in: project) == nil else {
            throw HubError.conflict("there is a session \(name) already")
        }
        return name
    }
}
