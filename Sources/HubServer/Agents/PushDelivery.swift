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

    func run(_ rings: AsyncStream<Void>) async {
        await deliver()
        for await _ in rings {
            if Task.isCancelled { return }
            await deliver()
        }
    }

    private func deliver() async {
        do {
            while !Task.isCancelled {
                let launching = agent.launching
                var pushes: [Push] = []
                for push in try await hub.pendingPushes(for: agent.server.id) {
                    // Nothing is typed into a program that is just beginning, or that asks for leave to do something.
                    if !push.kind.isLifecycle, launching.contains(push.session) { continue }
                    if !push.kind.isLifecycle, await socket.live.asksPermission(push.session) { continue }
                    pushes.append(push)
                }
                if pushes.isEmpty { return }
                var sent: [Push.ID] = []
                for push in pushes {
                    guard let frame = try await frame(of: push) else { continue }
                    guard await agent.outbound.send(frame) else { break }
                    sent.append(push.id)
                }
                try await hub.run(MarkPushesSent(sent, to: agent.server.id), as: .hub)
                if sent.isEmpty { return }
            }
        } catch {
            // The next ring tries again; so does the next connection.
            agent.log.error("a server could not be told something", metadata: ["error": "\(HubError(error))"])
        }
    }

    /// - Returns: `nil` for what cannot be sent, and then is dropped.
    private func frame(of push: Push) async throws -> [UInt8]? {
        do {
            var message = try HubMessage(json: .object([.init("type", .string(push.kind.rawValue))] + (push.payload.members ?? [])))
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

    private func launch(_ given: SessionLaunch, for id: Session.ID) async throws -> SessionLaunch? {
        guard let session = try await hub.database.read({ try SessionTable($0).find(id) }), !session.isOver else { return nil }
        // Output may come before the word that it has started.
        agent.name(session.id.text, session.id)
        await socket.live.attach(session, to: agent, .new)
        var launch = given
        guard agent.features.contains(.launch) else {
            launch.task = nil
            launch.agentType = socket.live.profiles[session.profile]?.agentType
            return launch
        }
        launch.command = socket.live.profiles[session.profile]?.command ?? []
        let key = IssueSessionKey.newKey()
        try await hub.run(IssueSessionKey(for: session.id, key: key), as: .hub)
        launch.sessionKey = key.revealed
        return launch
    }
}
