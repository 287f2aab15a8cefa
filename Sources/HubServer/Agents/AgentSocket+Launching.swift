import HubCore
import HubService
import LiveSessions
import WireProtocol

extension AgentSocket {
    private func noteLaunched(_ session: Session, on agent: AgentConnection) async {
        do {
            try await hub.run(NoteLaunched(session.id), as: .hub)
        } catch {
            agent.log.error("the start of a program could not be noted", metadata: ["error": "\(HubError(error))"])
        }
    }

    /// Gets the session's program started, and holds back what would be typed into it until it can read that.
    ///
    /// A client that can launch has done so; for the others the hub types the program's command once the shell is there.
    ///
    /// What was not typed before the connection or the hub ended is typed on the next connection, unless the program is seen there.
    ///
    /// - Parameter isRepeated: it may have been typed before.
    func launch(_ session: Session, on agent: AgentConnection, isRepeated: Bool) {
        guard let profile = live.profiles[session.profile], profile.isAgent else {
            return agent.endLaunch(of: session.id)
        }
        agent.add { [self] in
            if !agent.features.contains(.launch) {
                await live.waitUntilQuiet(session.id, for: .milliseconds(400), atMost: .seconds(5))
                let isRunning = isRepeated ? await live.shows(profile, in: session.id) : false
                if !isRunning {
                    let outcome = await live.type(profile.commandLine(), into: session.id)
                    if outcome != .submitted {
                        agent.log.warning(
                            "a program may not have been started",
                            metadata: ["session": "\(session.name)", "outcome": "\(outcome.rawValue)"])
                    }
                    if Task.isCancelled || outcome == .serverOffline { return }
                }
                await noteLaunched(session, on: agent)
            }
            await live.waitUntilReady(session.id, profile, atMost: timing.launch)
            agent.endLaunch(of: session.id)
            hub.doorbell.ring(agent.server.id)
        }
    }
}
