import Cryptography
import HubCore
import HubService

/// `/token`: a registration token and the lines that register a server with it, for the project that the chat works in or the one that is
/// named. Private chats only; the message deletes itself.
struct TokenCommand: ChatCommand {
    static let permission: Permission? = .makeRegistrationToken
    /// Seconds.
    static let visible = 600

    /// A project's.
    let name: String?

    init(_ line: CommandLine) throws(UsageError) {
        try line.atMost(1)
        name = line.words.first?.lowercased()
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let project = try await chosen(in: context)
        try await context.require(.makeRegistrationToken, in: project)
        // No key: nothing that holds the secret is stored, so a repeated request makes another token. The first one, unseen, expires.
        let secret = SecretToken.random()
        try await context.hub.run(MakeRegistrationToken(for: project.id, secret: secret), as: context.request.sender.caller)
        let hub = context.ops.publicURL()
        let token = RegistrationToken(hubURL: hub, secret: secret).text.revealed
        var text: ChatText = "A token for one server of "
        text.append(project.name, .bold)
        text.append(". It works once, within 24 hours. On the server, this installs the agent, registers and starts it:\n")
        text.append(Self.install(hub: hub, token: token), .pre(language: "sh"))
        text.append("\nWhere the agent is installed already:\n")
        text.append("orchestratia-agent --register \(token)", .pre(language: "sh"))
        text.append("\nOr for an agent that speaks REST only; the answer holds its api_key, to be sent as X-API-Key:\n")
        text.append(Self.curl(hub: hub, token: token), .pre(language: "sh"))
        if NetworkHost(ofURL: hub).isOfThisMachineOnly {
            text.append("\n")
            text.append("Other machines than the hub's own cannot reach \(Self.withoutSlash(hub)).", .bold)
            text.append(" For those, start the hub with --public-url https://hub.example.org and ask for another token.")
        }
        text.append("\nThis message deletes itself in \(Self.visible / 60) minutes.")
        return ChatReply([ChatMessage(text, vanishesAfter: Self.visible)])
    }

    private func chosen(in context: ChatContext) async throws -> Project {
        guard let name else { return try await context.project() }
        let all = try await context.memberships().map(\.project)
        if let named = all.first(where: { $0.name == name }) { return named }
        let there = all.isEmpty ? "you are in none" : "yours: \(all.prefix(20).map(\.name).joined(separator: ", "))"
        throw UsageError("there is no project “\(AgentText.line(name, limit: 40))” that you are part of; \(there)")
    }

    /// One line for a shell: the hub's own script, and what it needs to know.
    static func install(hub: String, token: String) -> String {
        "curl -fsSL '\(withoutSlash(hub))/install.sh' | sh -s -- \(token)"
    }

    private static func withoutSlash(_ hub: String) -> String {
        var address = hub[...]
        while address.hasSuffix("/") { address.removeLast() }
        return String(address)
    }

    /// One line for a shell (agent protocol, section 1.2): all fields that the installed clients send.
    static func curl(hub: String, token: String) -> String {
        let body =
            #"{"name":"'"$(hostname)"'","hostname":"'"$(hostname)"'","ip":"0.0.0.0","os":"linux","repos":{},"system_info":{},"#
            + #""registration_token":""# + token + #"","machine_id":"'"$(cat /etc/machine-id)"'","mac_address":""}"#
        return "curl -sS '\(withoutSlash(hub))/api/v1/servers/register' -H 'Content-Type: application/json' -d '\(body)'"
    }
}
