import ArgumentParser
import Foundation
import HubCore
import HubService
import Logging
import SQLiteDatabase

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
}
