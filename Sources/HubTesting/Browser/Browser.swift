import Foundation

/// A headless Chromium, driven by the DevTools protocol over a pair of pipes.
///
/// Chromium reads commands from descriptor 3 and writes answers and events to 4, each a JSON text that ends with NUL
/// (`--remote-debugging-pipe`). Here the two are FIFOs, which a shell opens for it.
package actor Browser {
    package enum Failure: Error {
        case notInstalled
        case gone
        /// This command was not answered.
        case silent(String)
        /// What Chromium said about a command.
        case refused(String)
        /// A script threw, or waited in vain.
        case script(String)
    }

    package static let executable = "/usr/bin/chromium"
    package static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: executable) }

    private let process: Process
    private let directory: URL
    private let pipe: DevToolsPipe
    private var lastID = 0
    private var waiting: [Int: CheckedContinuation<Data, any Error>] = [:]
    private var problems: [String: [String]] = [:]
    private var isClosed = false

    private init(process: Process, directory: URL, pipe: DevToolsPipe) {
        (self.process, self.directory, self.pipe) = (process, directory, pipe)
    }

    /// Starts a browser with a profile of its own. End it with ``close()``.
    package static func launch() async throws -> Browser {
        guard isInstalled else { throw Failure.notInstalled }
        let directory = FileManager.default.temporaryDirectory.appending(path: "browser-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let (commands, replies) = (directory.appending(path: "commands").path, directory.appending(path: "replies").path)
        let pipe = try DevToolsPipe(commands: commands, replies: replies)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", "exec \"$0\" \"$@\" 3<\"$COMMANDS\" 4>\"$REPLIES\"", executable, "--headless=new", "--no-sandbox",
            "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
            "--disable-background-networking", "--hide-scrollbars", "--user-data-dir=\(directory.path)/profile", "about:blank",
        ]
        process.environment = [
            "COMMANDS": commands, "REPLIES": replies, "HOME": directory.path, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
        ]
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        let browser = Browser(process: process, directory: directory, pipe: pipe)
        process.terminationHandler = { _ in Task { await browser.end() } }
        pipe.start { message in Task { await browser.receive(message) } }
        try process.start()
        return browser
    }

    /// Opens `url` in a page of its own.
    ///
    /// - Parameter isDark: what `prefers-color-scheme` says.
    package func open(_ url: String, width: Int = 1100, height: Int = 760, isDark: Bool = false) async throws -> BrowserPage {
        struct Created: Decodable { let targetId: String }
        struct Attached: Decodable { let sessionId: String }
        let target: Created = try await call("Target.createTarget", ["url": "about:blank"])
        let session: Attached = try await call("Target.attachToTarget", ["targetId": target.targetId, "flatten": true])
        let page = BrowserPage(browser: self, session: session.sessionId)
        for domain in ["Page", "Runtime", "Log"] { try await run("\(domain).enable", session: session.sessionId) }
        try await page.show(width: width, height: height, isDark: isDark)
        try await page.navigate(to: url)
        return page
    }

    /// Quits the browser and removes its profile.
    package func close() async {
        guard !isClosed else { return }
        pipe.send(Data(#"{"id":0,"method":"Browser.close"}"#.utf8))
        let process = process
        DispatchQueue.global().asyncAfter(deadline: .now() + 5) {
            // It did not listen, and may have inherited a mask in which it cannot hear SIGTERM.
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
        await process.ended()
        end()
        // Its helper processes may still write for a moment. A profile that stays behind does no harm in the temporary directory.
        for _ in 0..<20 where FileManager.default.fileExists(atPath: directory.path) {
            try? FileManager.default.removeItem(at: directory)
            if FileManager.default.fileExists(atPath: directory.path) { try? await Task.sleep(for: .milliseconds(50)) }
        }
    }

    private func end() {
        guard !isClosed else { return }
        isClosed = true
        pipe.stop()
        for continuation in waiting.values { continuation.resume(throwing: Failure.gone) }
        waiting = [:]
    }

    /// Errors and security violations that the page's console showed.
    func problems(in session: String) -> [String] { problems[session] ?? [] }

    func run(_ method: String, _ parameters: [String: any Sendable] = [:], session: String? = nil) async throws {
        _ = try await send(method, parameters, session)
    }

    func call<Result: Decodable>(
        _ method: String, _ parameters: [String: any Sendable] = [:], session: String? = nil
    ) async throws -> Result {
        try JSONDecoder().decode(Result.self, from: try await send(method, parameters, session))
    }

    /// The command's result as JSON text.
    func data(_ method: String, _ parameters: [String: any Sendable] = [:], session: String? = nil) async throws -> Data {
        try await send(method, parameters, session)
    }

    private func send(_ method: String, _ parameters: [String: any Sendable], _ session: String?) async throws -> Data {
        guard !isClosed else { throw Failure.gone }
        lastID += 1
        let id = lastID
        var message: [String: Any] = ["id": id, "method": method, "params": parameters]
        message["sessionId"] = session
        let bytes = try JSONSerialization.data(withJSONObject: message)
        let limit = Task {
            // Cancelled when there is an answer. A page that has crashed gives none.
            if (try? await Task.sleep(for: .seconds(90))) != nil { giveUp(id, .silent(method)) }
        }
        defer { limit.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiting[id] = continuation
                pipe.send(bytes)
            }
        } onCancel: {
            Task { await giveUp(id, .gone) }
        }
    }

    private func giveUp(_ id: Int, _ failure: Failure) { waiting.removeValue(forKey: id)?.resume(throwing: failure) }

    private func receive(_ bytes: Data) {
        guard let message = try? JSONSerialization.jsonObject(with: bytes) as? [String: Any] else { return }
        if let id = message["id"] as? Int, let continuation = waiting.removeValue(forKey: id) {
            if let error = message["error"] as? [String: Any] {
                continuation.resume(throwing: Failure.refused(error["message"] as? String ?? "unknown"))
            } else {
                let result = (try? JSONSerialization.data(withJSONObject: message["result"] ?? [String: Any]())) ?? Data("{}".utf8)
                continuation.resume(returning: result)
            }
        } else if let session = message["sessionId"] as? String, let parameters = message["params"] as? [String: Any] {
            switch message["method"] as? String {
            case "Log.entryAdded":
                let entry = parameters["entry"] as? [String: Any]
                if entry?["level"] as? String == "error" { problems[session, default: []].append(entry?["text"] as? String ?? "error") }
            case "Runtime.exceptionThrown":
                let details = parameters["exceptionDetails"] as? [String: Any]
                let exception = details?["exception"] as? [String: Any]
                problems[session, default: []].append(exception?["description"] as? String ?? details?["text"] as? String ?? "exception")
            default: break
            }
        }
    }
}
