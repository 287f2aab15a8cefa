import Cryptography
import HubCore
import HubStore

/// A machine shows its registration token and gets a key of its own. The same machine and name again is the same server with a
/// new key; the old key ends (domain page, "server").
package struct RegisterServer: UseCase {
    package var token: String
    package var name: String
    package var machine: Server.Machine
    package var capabilities: Capabilities
    /// The new API key. Made by the caller, so that it passes through no stored outcome.
    package var key: Secret

    package init(token: String, name: String, machine: Server.Machine, capabilities: Capabilities, key: Secret) {
        (self.token, self.name, self.machine, self.capabilities, self.key) = (token, name, machine, capabilities, key)
    }

    /// Keys begin with `orc_`, as the installed base is used to.
    package static func newKey() -> Secret { Secret("orc_" + SecretToken.random().secret.revealed) }

    package var right: Right { .carriedSecret }

    package func perform(on _: Void, in transaction: HubTransaction) throws -> Server {
        let now = transaction.now
        let refusal = HubError.unauthenticated(
            "this registration token is not valid: it is used up, expired or mistyped; ask for a new one with /token")
        guard let secret = RegistrationToken.secret(of: token) else { throw refusal }
        let hash = credentialHash(of: secret)
        guard let credential = try transaction.credentials.find(hash: hash), credential.kind == .registration, credential.isValid(at: now),
            let project = credential.project, try transaction.credentials.markUsed(hash: hash, at: now)
        else { throw refusal }
        guard try transaction.mayStill(credential.createdBy, .makeRegistrationToken, in: project) else {
            throw HubError.unauthenticated(
                "this registration token is not valid any more: who made it may not register servers now; ask for a new one with /token")
        }

        var server = try known(in: project, transaction) ?? new(in: project, transaction)
        let isWatched = server.state == .online && server.registeredAt < now
        (server.machine, server.reported) = (machine, capabilities)
        server.machine.registeredName = name.trimmed
        (server.state, server.lastHeard, server.revokedAt) = (.online, now, nil)
        // Another program may run there now; if it has terminals it will connect.
        server.terminals = nil
        try transaction.save(server)
        try transaction.credentials.revoke(keysOf: server.id, at: now)
        try transaction.credentials.insert(
            Credential(
                hash: credentialHash(of: key.revealed), kind: .serverKey, project: project, server: server.id, name: server.name,
                createdBy: .agent(on: server), createdAt: now))
        try transaction.append(
            .serverRegistered, on: .server(server.id), in: project, by: .agent(on: server), after: server.state.rawValue,
            data: ["name": .string(server.name)])
        try transaction.fill(server.id, in: server.project)
        let registered = server
        transaction.afterCommit {
            $0.keys.forget(server: registered.id)
            $0.liveness.began(registered.id, at: now)
            if !isWatched { $0.timers.add(.silence(registered.id), due: now + Server.silenceUntilOffline) }
        }
        return server
    }

    private func known(in project: Project.ID, _ transaction: HubTransaction) throws -> Server? {
        guard !machine.machineID.isEmpty,
            let known = try transaction.servers.find(machine: machine.machineID, name: name.trimmed, in: project)
        else { return nil }
        if known.revokedAt == nil { return known }
        // Another machine may have taken the name since.
        return try transaction.servers.find(name: known.name, in: project) == nil ? known : nil
    }

    /// A new record. People tell servers apart by name, so a name that another machine has gets a number.
    private func new(in project: Project.ID, _ transaction: HubTransaction) throws -> Server {
        let wanted = name.trimmed
        guard !wanted.isEmpty, wanted.count <= 64, !wanted.contains(where: { $0.isNewline || $0 == "\0" }) else {
            throw HubError.invalid("a server's name has 1 to 64 characters on one line")
        }
        var unique = wanted
        var number = 2
        while try transaction.servers.find(name: unique, in: project) != nil {
            unique = "\(wanted)-\(number)"
            number += 1
        }
        return Server(
            id: .random(), project: project, name: unique, machine: machine, state: .online, lastHeard: transaction.now,
            registeredAt: transaction.now)
    }
}
