import Cryptography
import Foundation
import HTTPClient
import HubCore

/// Makes this machine known to the hub that a token names (agent protocol, section 1.2).
package struct Register: Sendable {
    package enum Failure: Error, CustomStringConvertible {
        case badToken
        case refused(detail: String)
        case unexpected(status: Int, body: String)
        case unreachable(String)
        case noKey
        case cannotSave(String)

        package var description: String {
            switch self {
            case .badToken: "this is no registration token: it must read orcreg_….…"
            case .refused(let detail): "the hub refused the registration: \(detail)"
            case .unexpected(let status, let body): "the hub answered with status \(status): \(body)"
            case .unreachable(let why): "the hub cannot be reached: \(why)"
            case .noKey: "the hub's answer holds no API key"
            case .cannotSave(let why): "the configuration cannot be written: \(why)"
            }
        }
    }

    let transport: any HTTPTransport
    let machine: MachineIdentity
    let info: @Sendable () async -> JSONValue

    package init(transport: any HTTPTransport, machine: MachineIdentity = .current, info: @escaping @Sendable () async -> JSONValue) {
        (self.transport, self.machine, self.info) = (transport, machine, info)
    }

    /// Writes hub and token of a token that a person gave into `file`, and drops the old key, before anything is sent: a failed
    /// registration is tried again by the next plain start.
    package static func prepare(_ file: inout ConfigurationFile, token text: String) throws(Failure) {
        guard let token = RegistrationToken(text.trimmingCharacters(in: .whitespacesAndNewlines)) else { throw .badToken }
        file.set("hub_url", to: token.hub)
        file.set("registration_token", to: token.secret.revealed)
        file.remove("api_key")
        try save(file)
    }

    /// Registers with the token of `file`, and puts the key there in its place.
    package func run(_ file: inout ConfigurationFile, _ configuration: AgentConfiguration) async throws(Failure) {
        guard let token = configuration.registrationToken else { throw .badToken }
        let repositories = configuration.repositories.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value.path)) }
        let body: JSONValue = [
            "name": .string(configuration.serverName), "hostname": .string(machine.hostname), "ip": "0.0.0.0", "os": "linux",
            "repos": .object(repositories), "system_info": await info(), "registration_token": .string(token.revealed),
            "machine_id": .string(machine.id), "mac_address": .string(machine.macAddress),
        ]
        let response: HTTPResponse
        do {
            response = try await transport.send(
                HTTPRequest(
                    .post, configuration.hub + "/api/v1/servers/register", headers: [("Content-Type", "application/json")],
                    body: Data(body.bytes), isRepeatable: false, limits: .init(total: .seconds(30))))
        } catch {
            throw .unreachable("\(error)")
        }
        let answer = try? JSONValue(parsing: [UInt8](response.body))
        guard (200..<300).contains(response.status) else {
            if response.status == 401 { throw .refused(detail: answer?["detail"]?.string ?? "unauthorized") }
            let text = String(decoding: response.body, as: UTF8.self)
            throw .unexpected(status: response.status, body: String(text.prefix(200)))
        }
        guard let key = answer?["api_key"]?.string, !key.isEmpty else { throw .noKey }
        file.set("api_key", to: key)
        file.remove("registration_token")
        file.remove("server_id")
        try Self.save(file)
    }

    private static func save(_ file: ConfigurationFile) throws(Failure) {
        do {
            try file.save()
        } catch {
            throw .cannotSave("\(error)")
        }
    }
}
