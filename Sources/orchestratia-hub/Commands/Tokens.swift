import ArgumentParser
import HubCore

struct PairingCode: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "pairing-code", abstract: "Print a new code for the administrator.",
        discussion: "Send it to a bot as /start CODE within 24 hours. A new code ends the ones before.")

    @OptionGroup var options: HubOptions

    func request() -> ControlRequest { .pairingCode }
}

struct RegistrationTokenCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "registration-token", abstract: "Print a token that lets one server register in a project.")

    @Option(help: "The project's name.")
    var project: String

    @Option(help: ArgumentHelp("How long the token is good: 30m, 24h, 7d.", valueName: "span"))
    var expires = "24h"

    @OptionGroup var options: HubOptions

    func validate() throws {
        guard Span.seconds(expires) != nil else {
            throw ValidationError("--expires: expected a span such as 30m, 24h or 7d, not \(expires)")
        }
    }

    func request() throws -> ControlRequest {
        guard let seconds = Span.seconds(expires) else { throw ValidationError("--expires: expected a span such as 30m, 24h or 7d") }
        return .registrationToken(project: project, seconds: seconds)
    }
}

struct APIToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api-token", abstract: "Tokens for people's scripts.", subcommands: [Create.self, List.self, Revoke.self])

    struct Create: ControlCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a new token.", discussion: "Scripts send it as `Authorization: Bearer TOKEN`. It is shown once.")

        @Option(help: "The project's name.")
        var project: String

        @Option(help: "viewer, member or owner.")
        var role: String

        @Option(help: "What the event log calls whoever uses the token.")
        var name = "script"

        @OptionGroup var options: HubOptions

        func validate() throws {
            guard Role(rawValue: role) != nil else { throw ValidationError("--role: expected viewer, member or owner, not \(role)") }
        }

        func request() -> ControlRequest { .apiToken(project: project, role: role, name: name) }
    }

    struct List: ControlCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the tokens of a project: id, role, name.", discussion: "The tokens themselves are not kept.")

        @Option(help: "The project's name.")
        var project: String

        @OptionGroup var options: HubOptions

        func request() -> ControlRequest { .listAPITokens(project: project) }
    }

    struct Revoke: ControlCommand {
        static let configuration = CommandConfiguration(abstract: "End a token: it stops working at once.")

        @Option(help: "The project's name.")
        var project: String

        @Argument(help: "The token's name or the beginning of its id, as `api-token list` shows them.")
        var token: String

        @OptionGroup var options: HubOptions

        func request() -> ControlRequest { .revokeAPIToken(project: project, name: token) }
    }
}

struct Administrator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "administrator", abstract: "The hub's administrators: who may do everything in every project.",
        discussion: "`orchestratia-hub pairing-code` makes one.", subcommands: [List.self, Remove.self])

    struct List: ControlCommand {
        static let configuration = CommandConfiguration(abstract: "List the administrators: id, name.")

        @OptionGroup var options: HubOptions

        func request() -> ControlRequest { .listAdministrators }
    }

    struct Remove: ControlCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an administrator somebody like all others.",
            discussion: "The roles that they were given in projects stay; /members takes those away. The last administrator stays one.")

        @Argument(help: "The name, @username or the beginning of the id, as `administrator list` shows them.")
        var name: String

        @OptionGroup var options: HubOptions

        func request() -> ControlRequest { .removeAdministrator(name: name) }
    }
}

/// Spans of time as people type them.
enum Span {
    /// `90`, `90s`, `30m`, `24h`, `7d` in seconds; `nil` for anything else, and for nothing or less and more than ten years.
    static func seconds(_ text: String) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Int(unit == nil ? text[...] : text.dropLast()), number > 0, number <= 10 * 366 * 86_400 / (unit ?? 1) else {
            return nil
        }
        return number * (unit ?? 1)
    }
}
