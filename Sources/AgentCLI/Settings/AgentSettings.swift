import Foundation
import HubCore

/// Which hub, with which key, and for which session.
struct AgentSettings: Sendable, Equatable {
    /// Without a slash at the end.
    var hub: String
    var key: String
    var session: String?
    var project: String?
    var isTLSInsecure: Bool

    /// The file at its standard place goes before the environment, which fills in what the file lacks; the session and the project come from
    /// the environment alone (agent protocol, section 1.4). A session that was opened for a task is the exception: its environment names the
    /// task, which installed daemons never do, and holds a key for that task only (section 12), which goes before the machine's.
    ///
    /// - Throws: ``Failure`` where there is no hub or no key.
    init(_ surroundings: Surroundings) throws {
        let file = try SettingsFile.standard(surroundings)
        let stamped = (hub: surroundings.variable("ORCHESTRATIA_HUB_URL"), key: surroundings.variable("ORCHESTRATIA_API_KEY"))
        let isOfSession = surroundings.variable("ORCHESTRATIA_TASK_ID") != nil && stamped.hub != nil && stamped.key != nil
        guard let hub = isOfSession ? stamped.hub : file?.hub ?? stamped.hub else { throw Self.missing("hub", file, surroundings) }
        guard let key = isOfSession ? stamped.key : file?.key ?? stamped.key else { throw Self.missing("key", file, surroundings) }
        guard hub.lowercased().hasPrefix("http://") || hub.lowercased().hasPrefix("https://") else {
            throw Failure.sentence("the hub's address \(hub) must begin with http:// or https://")
        }
        guard key.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
            throw Failure.sentence("the API key holds blanks or characters that no key has: check api_key")
        }
        self.hub = String(hub.reversed().drop { $0 == "/" }.reversed())
        self.key = key
        (session, project) = (surroundings.variable("ORCHESTRATIA_SESSION_ID"), surroundings.variable("ORCHESTRATIA_PROJECT_ID"))
        let insecure = surroundings.variable("ORCHESTRATIA_INSECURE_TLS").map { ["1", "true", "yes", "on"].contains($0.lowercased()) }
        isTLSInsecure = insecure ?? false || file?.isTLSInsecure ?? false
    }

    private static func missing(_ what: String, _ file: SettingsFile?, _ surroundings: Surroundings) -> Failure {
        let path = file?.path ?? SettingsFile.paths(surroundings)[0]
        let (key, variable) = what == "hub" ? ("hub_url", "ORCHESTRATIA_HUB_URL") : ("api_key", "ORCHESTRATIA_API_KEY")
        if file?.isRegistrationPending == true {
            return .sentence(
                "this machine is not registered yet: \(path) holds a registration token and no \(key). Start orchestratia-agent, which registers"
            )
        }
        return .sentence(
            """
            no \(what == "hub" ? "hub is" : "API key is") configured: \(path) has no \(key), and \(variable) is not set. \
            Get a registration token (/token in the hub's chat) and run: orchestratia-agent --register TOKEN
            """)
    }
}
