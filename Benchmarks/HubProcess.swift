import Foundation

/// A hub of its own on a temporary database, as a separate process.
final class HubProcess {
    struct Ready: Decodable {
        let pid: Int32
        let url: String
        let pairingCode: String?

        enum CodingKeys: String, CodingKey {
            case pid, url
            case pairingCode = "pairing_code"
        }
    }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    let folder: String
    private let process = Process()
    private(set) var ready = Ready(pid: 0, url: "", pairingCode: nil)
    /// From the start of the process to the ready file.
    private(set) var startTime = Duration.zero

    private static let program = program("orchestratia-hub")

    /// Where a program lies that was built together with this one.
    static func program(_ name: String) -> String {
        let own = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        return own.appendingPathComponent(name).path
    }

    init(folder: String? = nil, environment: [String: String] = [:]) throws {
        self.folder =
            try folder
            ?? {
                let path = NSTemporaryDirectory() + "/orchestratia-bench-\(UUID().uuidString)"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                return path
            }()
        let readyFile = self.folder + "/ready.json"
        try? FileManager.default.removeItem(atPath: readyFile)
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = [
            "serve", "--listen", "127.0.0.1:0", "--database", self.folder + "/hub.db", "--ready-file", readyFile, "--log-level", "error",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = FileHandle.nullDevice
        let begin = ContinuousClock.now
        try process.run()
        while !FileManager.default.fileExists(atPath: readyFile) {
            guard process.isRunning, ContinuousClock.now - begin < .seconds(30) else {
                throw Failed(description: "the hub did not start: is \(Self.program) built?")
            }
            usleep(500)
        }
        startTime = ContinuousClock.now - begin
        ready = try JSONDecoder().decode(Ready.self, from: Data(contentsOf: URL(fileURLWithPath: readyFile)))
    }

    /// Resident memory in MiB.
    var residentMemory: Double { status("VmRSS") / 1024 }
    var threads: Int { Int(status("Threads")) }

    private func status(_ name: String) -> Double {
        let line = Machine.contents("/proc/\(process.processIdentifier)/status").split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }.first ?? .nan
    }

    /// Processor time used so far, in seconds.
    var processorTime: Double { Self.processorTime(of: process.processIdentifier) }

    static func processorTime(of process: Int32) -> Double {
        let fields = Machine.contents("/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return .nan }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Waits until a session runs.
    ///
    /// - Parameter token: of a person.
    func awaitActive(_ session: String, _ token: String) throws {
        let http = try HTTPConnection(ready.url)
        let deadline = ContinuousClock.now + .seconds(20)
        while try !http.request("GET", "sessions/\(session)", "", "Authorization: Bearer \(token)").body.contains(#""status":"active""#) {
            guard ContinuousClock.now < deadline else { throw Failed(description: "the session did not begin") }
            usleep(20_000)
        }
    }

    /// Prints what a subcommand prints, run on the same database.
    func subcommand(_ arguments: [String]) throws -> String {
        let child = Process()
        let pipe = Pipe()
        child.executableURL = URL(fileURLWithPath: Self.program)
        child.arguments = arguments + ["--database", folder + "/hub.db"]
        child.standardOutput = pipe
        try child.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        child.waitUntilExit()
        guard child.terminationStatus == 0 else { throw Failed(description: "\(arguments.joined(separator: " ")) failed") }
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func stop(keepingFolder: Bool = false) {
        process.terminate()
        process.waitUntilExit()
        if !keepingFolder { try? FileManager.default.removeItem(atPath: folder) }
    }
}
