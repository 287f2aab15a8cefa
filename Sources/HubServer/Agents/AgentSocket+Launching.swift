import HubCore
import HubService
import LiveSessions
import WireProtocol

extension AgentSocket {
    /// Gets the session's program started, and holds back what would be typed into it until it can read that.
    ///
    /// A client that can launch has done so; for the others the hub types the program's command once the shell is there.
    func launch(_ view: SessionView, on agent: AgentConnection) {
        let session = view.session
        guard let profile = live.profiles[session.profile], profile.isAgent else {
            return agent.endLaunch(of: session.id)
        }
        agent.add { [self] in
            if !agent.features.contains(.launch) {
                await live.waitUntilQuiet(session.id, for: .milliseconds(400), atMost: .seconds(5))
                let outcome = await live.type(profile.commandLine(), into: session.id)
                if outcome != .submitted {
                    agent.log.warning(
                        "a program may not have been started",
                        metadata: ["session": "\(session.name)", "outcome": "\(outcome.rawValue)"])
                }
            }
            await live.waitUntilReady(session.id, profile, atMost: timing.launch)
            agent.endLaunch(of: session.id)
            hub.doorbell.ring(agent.server.id)
        }
    }
}
