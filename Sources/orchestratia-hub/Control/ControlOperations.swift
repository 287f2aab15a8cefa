import Cryptography
import Foundation
import HubCore
import HubService
import SQLiteDatabase
import TelegramGateway

/// Carries out control requests on a hub, running or just opened.
struct ControlOperations: Sendable {
    let hub: Hub
    let database: SQLiteDatabase
    let gateway: TelegramGateway
    /// The address that goes into registration tokens.
    let publicURL: @Sendable () -> String

    func perform(_ request: ControlRequest) async -> ControlResponse {
        do {
            return .done(try await text(for: request))
        } catch let error as ConfigurationError {
            return .failed(error.description)
        } catch {
            return .failed(HubError(error).description)
        }
    }

    private func text(for request: ControlRequest) async throws -> String {
        switch request {
        case .pairingCode:
            let code = SecretToken.random()
            try await hub.run(MakePairingCode(code), as: .hub)
            return code.secret.revealed
        case .registrationToken(let project, let seconds):
            let secret = SecretToken.random()
            try await hub.run(
                MakeRegistrationToken(for: try await known(project).id, secret: secret, life: .seconds(seconds)), as: .hub)
            return RegistrationToken(hubURL: publicURL(), secret: secret).text.revealed
        case .apiToken(let project, let role, let name):
            guard let role = Role(rawValue: role) else { throw ConfigurationError("--role is viewer, member or owner, not \(role)") }
            let token = MakeAPIToken.newToken()
            try await hub.run(MakeAPIToken(for: try await known(project).id, as: role, name: name, token: token), as: .hub)
            return token.revealed
        case .listAPITokens(let project): return try await listAPITokens(of: try await known(project))
        case .revokeAPIToken(let project, let name): return try await revokeAPIToken(name, of: try await known(project))
        case .listAdministrators: return try await listAdministrators()
        case .removeAdministrator(let name): return try await removeAdministrator(name)
        case .addBot(let token): return try await addBot(token)
        case .listBots: return try await listBots()
        case .checkBots: return try await checkBots()
        case .removeBot(let id): return try await removeBot(id)
        case .createProject(let name):
            return try await hub.run(CreateProject(name), as: .hub).name
        case .checkPipeline(let project, let document): return try await checkPipeline(document, in: try await known(project))
        case .backup(let path):
            guard !FileManager.default.fileExists(atPath: path) else { throw ConfigurationError("\(path) exists: choose another name") }
            // Nobody else's to read, like the database itself.
            guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
                throw ConfigurationError("\(path) cannot be written: check the folder and its permissions")
            }
            try database.backup(to: path)
            return "wrote \(path)"
        case .verifyAudit:
            let damage = try await hub.verifyAudit()
            guard damage.isEmpty else {
                throw ConfigurationError(damage.map { "project \($0.project): \($0.damage)" }.joined(separator: "\n"))
            }
            return "the audit trail is complete and unchanged"
        }
    }

    private func known(_ name: String) async throws -> Project {
        if let project = try await hub.project(named: name) { return project }
        throw ConfigurationError("there is no project \(name): make it with `orchestratia-hub project create \(name)`")
    }
}
