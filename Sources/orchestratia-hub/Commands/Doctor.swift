import ArgumentParser
import Foundation
import HTTPClient
import HubCore
import HubService
import HubStore
import HummingbirdCore
import Logging
import SQLiteDatabase
import TLSSupport
import TelegramBot

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check configuration, disk, database, bots, clock and TLS, and say what to do.",
        discussion: "Exits with 1 if something is wrong.")

    @OptionGroup var options: HubOptions

    func run() async throws {
        let configuration = try options.configuration()
        var report = Report()
        report.good("configuration", "is complete")
        checkDisk(configuration, &report)
        checkCommands(configuration, &report)
        checkTLS(configuration, &report)
        checkAddress(configuration, &report)
        checkClock(&report)
        await checkDatabase(configuration, &report)
        await checkBots(configuration, &report)
        if report.hasFault { throw ExitCode(1) }
    }

    /// A line each, as soon as it is known.
    struct Report {
        private(set) var hasFault = false

        func good(_ what: String, _ text: String) { printLine("ok    \(what): \(text)") }
        func note(_ what: String, _ text: String) { printLine("note  \(what): \(text)") }
        mutating func bad(_ what: String, _ text: String) {
            hasFault = true
            printLine("FAULT \(what): \(text)")
        }
    }

    private func checkDisk(_ configuration: HubConfiguration, _ report: inout Report) {
        let folder = configuration.folder
        guard FileManager.default.fileExists(atPath: folder) else {
            return report.note("disk", "\(folder) does not exist yet; the first start makes it")
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            return report.bad("disk", "\(folder) cannot be written by this user: give it to the hub's user, or choose another --database")
        }
        let free = (try? FileManager.default.attributesOfFileSystem(forPath: folder)[.systemFreeSize] as? NSNumber)?.int64Value ?? 0
        let mebibytes = free >> 20
        if mebibytes < 512 {
            report.bad("disk", "only \(mebibytes) MiB are free in \(folder): make room before the hub has to stop")
        } else {
            report.good("disk", "\(mebibytes) MiB are free in \(folder)")
        }
    }

    private func checkCommands(_ configuration: HubConfiguration, _ report: inout Report) {
        do {
            let catalogue = try configuration.catalogue()
            for fault in catalogue.faults { report.bad("commands", "\(fault)") }
            report.good("commands", "\(catalogue.commands.count) chat commands are valid")
        } catch {
            report.bad("commands", "\(error)")
        }
    }

    private func checkTLS(_ configuration: HubConfiguration, _ report: inout Report) {
        guard configuration.tlsCertificate != nil else {
            return report.note("TLS", "off: plain HTTP on \(configuration.listen), for this machine or behind a reverse proxy")
        }
        do {
            _ = try configuration.wrapping()(.http1())
            report.good("TLS", "certificate and key go together")
        } catch {
            report.bad("TLS", "\(error)")
        }
    }

    private func checkAddress(_ configuration: HubConfiguration, _ report: inout Report) {
        let address = configuration.hubURL()
        guard NetworkHost(ofURL: address).isOfThisMachineOnly else { return report.good("address", "tokens name \(address)") }
        report.note("address", "tokens will name \(address), which other machines cannot reach: set --public-url https://hub.example.org")
    }

    private func checkClock(_ report: inout Report) {
        let built = (try? FileManager.default.attributesOfItem(atPath: "/proc/self/exe")[.modificationDate] as? Date) ?? .distantPast
        if Date() < built.addingTimeInterval(-86_400) {
            report.bad("clock", "says \(Date()), before this program was built: set it, for example with `timedatectl set-ntp true`")
        } else {
            report.good("clock", "says \(Date())")
        }
    }

    private func checkDatabase(_ configuration: HubConfiguration, _ report: inout Report) async {
        guard FileManager.default.fileExists(atPath: configuration.database) else {
            return report.note("database", "\(configuration.database) does not exist yet; the first start makes it")
        }
        do {
            if try await ControlClient.ask(.listBots, at: ControlSocket.path(for: configuration.database)) != nil {
                return report.good("database", "a hub is running on \(configuration.database) and answers")
            }
            let open = try await OpenHub(configuration, log: Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() })
            let verdict = try await open.database.integrity()
            guard verdict == "ok" else {
                return report.bad("database", "\(configuration.database) is damaged (\(verdict)): restore a backup")
            }
            let damage = try await open.hub.verifyAudit()
            guard damage.isEmpty else {
                return report.bad("audit trail", damage.map { "\($0.project): \($0.damage)" }.joined(separator: "; "))
            }
            report.good("database", "\(configuration.database) is sound, and so is its audit trail")
            try open.database.close()
        } catch {
            report.bad("database", "\(error)")
        }
    }

    /// The names of the bots in the database, or their ids; none where the database cannot be read, which is told elsewhere.
    private func storedBots(_ configuration: HubConfiguration) async -> [String] {
        guard FileManager.default.fileExists(atPath: configuration.database) else { return [] }
        let path = ControlSocket.path(for: configuration.database)
        var answer = try? await ControlClient.ask(.listBots, at: path)
        if answer == nil { answer = try? await Program.withOpenHub(configuration) { await $0.perform(.listBots) } }
        guard case .done(let text)? = answer else { return [] }
        return text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t")
            return fields.count == 3 ? String(fields[1] == "-" ? fields[0] : fields[1]) : nil
        }
    }

    private func checkBots(_ configuration: HubConfiguration, _ report: inout Report) async {
        let stored = await storedBots(configuration)
        if !stored.isEmpty { report.good("bots", "\(stored.count) stored in the database: \(stored.joined(separator: ", "))") }
        guard !configuration.botTokens.isEmpty else {
            guard stored.isEmpty else { return }
            return report.note("bots", "none yet: get a token from @BotFather, then `orchestratia-hub bot add` or ORCHESTRATIA_BOT_TOKENS")
        }
        guard let settings = try? configuration.curlSettings(), let transport = try? CurlMultiLoop(settings) else {
            return report.bad("bots", "libcurl could not be started")
        }
        for secret in configuration.botTokens {
            guard let token = BotToken(secret.revealed) else {
                report.bad("bots", "a token is not of the form 123456:ABC…: copy it again from @BotFather")
                continue
            }
            let client = BotAPIClient(
                token: token, transport: transport, baseURL: configuration.telegramAPI, fileURL: configuration.telegramFiles)
            do {
                report.good("bot \(token.id)", "is @\(try await client.me().username ?? "?")")
            } catch {
                report.bad("bot \(token.id)", "\(error): check the token, the network, and ORCHESTRATIA_TELEGRAM_PROXY")
            }
        }
        await transport.shutdown()
    }
}
