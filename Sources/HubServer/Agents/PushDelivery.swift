import HubCore
import HubService
import HubStore
import LiveSessions
import WireProtocol

/// Sends one server what it has not been told yet, in order, and notes what was sent.
struct PushDelivery: Sendable {
    let socket: AgentSocket
    let agent: AgentConnection

    private var hub: Hub { socket.hub }

    /// Until there is nothing more to send, and nobody has rung meanwhile.
    func run() async {
        repeat { await deliver() } while agent.endRound() && !Task.isCancelled
    }

    private func deliver() async {
        do {
            while !Task.isCancelled {
                let launching = agent.launching
                var pushes: [Push] = []
                for push in try await hub.pendingPushes(for: agent.server.id) {
                    // Nothing is typed into a program that is just beginning.
                    if !push.kind.isLifecycle, launching.contains(push.session) { continue }
                    if !push.kind.isLifecycle, try await isLaunchDue(push.session) { continue }
                    if !push.kind.isLifecycle, await !socket.live.canBeTold(push.session) { continue }
                    pushes.append(push)
                }
                if pushes.isEmpty { return }
                var sent: [Push.ID] = []
                for push in pushes {
                    if try await isCarried(push) {
                        try await hub.run(ConfirmPush(push.id, from: agent.server.id), as: .hub)
                        continue
                    }
                    guard let frame = try await frame(of: push) else { continue }
                    guard await agent.outbound.send(frame) else { break }
                    sent.append(push.id)
                }
                try await hub.run(MarkPushesSent(sent, to: agent.server.id), as: .hub)
                if sent.isEmpty { return }
            }
        } catch {
            // The next ring tries again; so does the next connection.
            if Task.isCancelled { return }
            agent.log.error("a server could not be told something", metadata: ["error": "\(HubError(error))"])
        }
    }

    /// Whether the program that is to read it was not started on an earlier connection.
    private func isLaunchDue(_ session: Session.ID) async throws -> Bool {
        guard !agent.features.contains(.launch) else { return false }
        return try await hub.database.read { try SessionTable($0).isLaunchDue(session) }
    }

    /// - Returns: `nil` for what cannot be sent, and then is dropped.
    private func frame(of push: Push) async throws -> [UInt8]? {
        do {
            var message = try HubMessage(json: push.message)
            if case .sessionStart(let launch) = message {
                guard let made = try await self.launch(launch, for: push.session) else { return nil }
                message = .sessionStart(made)
            }
            return try HubFrame(message, messageID: agent.features.contains(.ack) ? push.id.text : nil).encoded()
        } catch let fault as WireFault {
            try await hub.run(DropPush(push.id, reason: "it cannot be sent: \(fault)"), as: .hub)
            return nil
        }
    }

    /// Whether the session's program was started with these words, so that it has them once it runs.
    private func isCarried(_ push: Push) async throws -> Bool {
        guard push.kind == .taskAssigned, agent.features.contains(.launch),
            let session = try await hub.database.read({ try SessionTable($0).find(push.session) }), session.task == push.task
        else { return false }
        switch socket.live.profiles[session.profile]?.prompt {
        case .argument: break
        case .file where agent.features.contains(.promptFile): break
        case .file, .typed, nil: return false
        }
        return words(of: push) != nil
    }

    private func words(of push: Push) -> String? {
        guard case .task(let told)? = try? HubMessage(json: push.message) else { return nil }
        // The end of an argument for the systems on both sides.
        return told.words.replacing("\0", with: "")
    }

    private func launch(_ given: SessionLaunch, for id: Session.ID) async throws -> SessionLaunch? {
        guard let session = try await hub.database.read({ try SessionTable($0).find(id) }), !session.isOver else { return nil }
        // Output may come before the word that it has started.
        await socket.live.attach(session, to: agent, .new)
        agent.name(session.id.text, session.id)
        var launch = given
        let profile = socket.live.profiles[session.profile]
        guard agent.features.contains(.launch) else {
            launch.task = nil
            launch.agentType = profile?.agentType
            return launch
        }
        let errand = try await hub.errand(of: session, isAgent: profile?.isAgent ?? false)
        let words = errand.assignment.flatMap(words(of:))
        if case .file? = profile?.prompt, agent.features.contains(.promptFile) { launch.promptFile = words }
        // The client knows the file's path, and puts it in.
        launch.command = profile?.arguments(prompt: words, file: launch.promptFile.map { _ in "{file}" }) ?? []
        if let attempt = errand.attempt { launch.environment["ORCHESTRATIA_ATTEMPT"] = String(attempt) }
        launch.worktree = errand.worktree.map {
            .init(repository: $0.repository, branch: $0.branch, base: $0.base, isOptional: true)
        }
        let key = IssueSessionKey.newKey()
        try await hub.run(IssueSessionKey(for: session.id, key: key), as: .hub)
        launch.sessionKey = key.revealed
        return launch
    }
}

extension Push {
    fileprivate var message: JSONValue { .object([.init("type", .string(kind.rawValue))] + (payload.members ?? [])) }
}
