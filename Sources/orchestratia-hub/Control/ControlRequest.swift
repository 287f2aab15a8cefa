import Cryptography

/// What a subcommand asks of the hub: over the control socket while one runs, on the opened database otherwise.
enum ControlRequest: Codable, Sendable {
    case pairingCode
    case registrationToken(project: String, seconds: Int)
    case apiToken(project: String, role: String, name: String)
    case listAPITokens(project: String)
    case revokeAPIToken(project: String, name: String)
    case listAdministrators
    case removeAdministrator(name: String)
    case addBot(token: String)
    case listBots
    case checkBots
    case removeBot(id: String)
    case createProject(name: String)
    case checkPipeline(project: String, document: String)
    case backup(path: String)
    case verifyAudit
}

/// What came of it. Codable so that it crosses the socket.
enum ControlResponse: Codable, Sendable {
    /// Printed on standard output.
    case done(String)
    /// Printed on standard error; exit code 1.
    case failed(String)
}
