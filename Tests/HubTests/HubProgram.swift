import Foundation
import HTTPClient
import HubCore
import HubTesting
import TelegramBot

import enum HubCore.JSONValue

/// The built program as a process of its own: started, asked, and killed without warning.
final class HubProgram {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Holds the database; removed at the end.
    let folder: String
    private var process: Process?
    private let environment: [String: String]
    /// Files that it may have open, as arguments of `ulimit`; `nil`: as many as the tests.
    private let openFiles: String?
    /// Where its log goes; `nil`: to ours.
    private let logFile: String?
    private let logLevel: String
    /// Of the running hub, from its ready file.
    private(set) var ready: JSONValue = .null

    /// - Parameter keepsLog: all that it logs goes into a file of its folder.
    init(environment: [String: String] = [:], openFiles: String? = nil, logFile: String? = nil, keepsLog: Bool = false) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("hub-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        self.environment = environment
        (self.openFiles, self.logFile) = (openFiles, keepsLog ? folder + "/hub.log" : logFile)
        logLevel = keepsLog ? "trace" : "error"
        if keepsLog { try Data().write(to: URL(fileURLWithPath: folder + "/hub.log")) }
    }

    deinit {
        if let process, process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    var database: String { folder + "/hub.db" }
    var url: String { ready["url"]?.string ?? "" }
    var isRunning: Bool { process?.isRunning ?? false }

    /// Beside the test bundle, where the build puts all products.
    static var path: String {
        let folder = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }?.deletingLastPathComponent()
        let own = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        return (folder ?? own).appendingPathComponent("orchestratia-hub").path
    }

    /// Starts `serve` and returns once it has written its ready file.
    func start(_ arguments: [String] = []) async throws {
        let readyFile = folder + "/ready.json"
        try? FileManager.default.removeItem(atPath: readyFile)
        let arguments =
            ["serve", "--listen", "127.0.0.1:0", "--database", database, "--ready-file", readyFile, "--log-level", logLevel] + arguments
        process = try await Self.launch(
            arguments, environment: environment, openFiles: openFiles, logFile: logFile, untilItPrints: "serves"
        )
        .process
        ready = try JSONValue(parsing: try String(contentsOfFile: readyFile, encoding: .utf8))
    }

    /// Starts the program and returns it, with what it printed so far, once that contains `mark`.
    static func launch(
        _ arguments: [String], environment: [String: String] = [:], openFiles: String? = nil, logFile: String? = nil,
        untilItPrints mark: String
    ) async throws -> (process: Process, printed: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: openFiles == nil ? path : "/bin/sh")
        process.arguments = (openFiles.map { ["-c", "ulimit \($0); exec \"$0\" \"$@\"", path] } ?? []) + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let pipe = Pipe.own()
        process.standardOutput = pipe
        if let logFile {
            guard let file = FileHandle(forWritingAtPath: logFile) else { throw Failed(description: "\(logFile) cannot be written") }
            process.standardError = file
            try process.start()
        } else {
            // With our standard error itself it would keep open what somebody reads to its end, should it outlive the tests.
            let errors = Pipe.own()
            process.standardError = errors
            try process.start()
            _ = ProgramOutput.texts(of: errors) { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) }
        }
        var printed = ""
        let limit = process.killed(for: "not printed \(mark)")
        defer { limit.cancel() }
        for await text in ProgramOutput.texts(of: pipe) {
            printed += text
            if printed.contains(mark) { return (process, printed) }
        }
        // It has ended, the test is given up, or two minutes are over.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        throw Failed(description: "the program ended before it printed \(mark): \(printed)")
    }

    /// Ends the process as a power cut would, and returns when it is gone.
    func killWithoutWarning() async {
        guard let process else { return }
        kill(process.processIdentifier, SIGKILL)
        await process.ended()
        self.process = nil
    }

    /// Asks it to stop, and returns its exit code.
    func stop() async -> Int32 {
        askToStop()
        return await end()
    }

    /// SIGTERM, and no more.
    func askToStop() { process?.terminate() }

    /// Waits for the end of a program that was asked to stop.
    ///
    /// - Returns: its exit status.
    func end() async -> Int32 {
        guard let process else { return 0 }
        let status = await process.ended()
        self.process = nil
        return status
    }

    /// Runs a subcommand to its end.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = "", atMost seconds: Int = 120
    ) async throws -> FinishedProgram {
        try await FinishedProgram.run(
            path, arguments, environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }, input: input, atMost: seconds)
    }

    /// A subcommand on this hub's database.
    func run(_ arguments: [String], input: String = "") async throws -> FinishedProgram {
        try await Self.run(arguments + ["--database", database], environment: environment, input: input)
    }
}

/// Speaks REST to a hub that may be gone at any moment.
struct RESTClient: Sendable {
    let transport: any HTTPTransport
    let headers: [(name: String, value: String)]
    /// More than any answer takes on a busy machine.
    private static let limits = HTTPRequest.Limits(total: .seconds(90))

    init(_ transport: any HTTPTransport, apiKey: String) {
        (self.transport, headers) = (transport, [("X-API-Key", apiKey), ("Content-Type", "application/json")])
    }

    init(_ transport: any HTTPTransport, bearer: String) {
        (self.transport, headers) = (transport, [("Authorization", "Bearer \(bearer)"), ("Content-Type", "application/json")])
    }

    func get(_ url: String) async throws -> (status: Int, body: JSONValue) {
        try await send(HTTPRequest(.get, url, headers: headers, isRepeatable: true, limits: Self.limits))
    }

    func post(_ url: String, _ body: JSONValue) async throws -> (status: Int, body: JSONValue) {
        try await send(HTTPRequest(.post, url, headers: headers, body: Data(body.bytes), isRepeatable: false, limits: Self.limits))
    }

    private func send(_ request: HTTPRequest) async throws -> (status: Int, body: JSONValue) {
        let response = try await transport.send(request)
        return (response.status, try JSONValue(parsing: Array(response.body)))
    }
}
