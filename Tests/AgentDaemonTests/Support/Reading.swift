import Foundation
import HubCore
import NIOCore

@testable import AgentDaemon

/// What a terminal has printed so far, without carriage returns, with ways to wait for it.
actor Transcript {
    private(set) var text = ""
    private(set) var hasEnded = false
    private var waiting: [Int: (needle: String?, continuation: CheckedContinuation<Void, Never>)] = [:]
    private var count = 0

    func add(_ buffer: ByteBuffer) { add(Array(buffer.readableBytesView)) }

    func add(_ bytes: [UInt8]) {
        text += String(decoding: bytes.filter { $0 != 13 }, as: UTF8.self)
        release()
    }

    func end() {
        hasEnded = true
        release()
    }

    /// Returns when `needle` has been printed, when nothing more will be, or after a minute.
    func wait(for needle: String) async { await wait(needle) }

    func waitForEnd() async { await wait(nil) }

    private func wait(_ needle: String?) async {
        if hasEnded || needle.map(text.contains) ?? false { return }
        count += 1
        let number = count
        let limit = Task {
            try? await Task.sleep(for: .seconds(60))  // the limit of a failing test, cancelled otherwise
            giveUp(number)
        }
        await withCheckedContinuation { waiting[number] = (needle, $0) }
        limit.cancel()
    }

    private func giveUp(_ number: Int) { waiting.removeValue(forKey: number)?.continuation.resume() }

    private func release() {
        for (number, waiter) in waiting where hasEnded || waiter.needle.map(text.contains) ?? false {
            waiting[number] = nil
            waiter.continuation.resume()
        }
    }
}

/// A real terminal with a program in it, read to its end in the background.
struct RunningTerminal {
    let terminal: PseudoTerminal
    let transcript = Transcript()
    let census: ProcessCensus
    private let reading: Task<Void, Never>

    static let environment = ["PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "PS1": "$ ", "HISTFILE": "", "LC_ALL": "C.UTF-8"]

    init(
        _ arguments: [String], environment: [String: String] = environment, size: WindowSize = WindowSize(columns: 80, rows: 24),
        tag: String? = nil, census: ProcessCensus = ProcessCensus()
    ) async throws {
        self.census = census
        let terminal = try await PseudoTerminal.start(
            .init(arguments: arguments, environment: environment, directory: "/tmp", size: size), tag: tag, census: census)
        let transcript = self.transcript
        self.terminal = terminal
        reading = Task {
            while let piece = await terminal.nextOutput() { await transcript.add(piece) }
            await transcript.end()
        }
    }

    static func shell() async throws -> RunningTerminal { try await RunningTerminal(["bash", "--norc", "--noprofile", "-i"]) }

    func type(_ text: String) async throws { try await terminal.write(Array(text.utf8)) }

    func finish(grace: Duration = .milliseconds(200)) async -> ExitStatus {
        let status = await terminal.finish(grace: grace)
        await reading.value
        await terminal.close()
        return status
    }
}

/// Waits until `condition` holds, for things that tell nobody; `false` after `limit`.
func eventually(within limit: Duration = .seconds(60), _ condition: () async -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(20))  // asks again; nothing depends on its length
    }
    return await condition()
}

func isAlive(_ pid: Int32) -> Bool { ProcessTable.entry(of: pid).map { !$0.isZombie } ?? false }

/// Descriptors of this process that are an end of a terminal or stand for a child; other tests have some of their own.
func openTerminals() -> Int {
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return numbers.count { number in
        guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)") else { return false }
        return target.hasPrefix("/dev/ptmx") || target.hasPrefix("/dev/pts/") || target.contains("pidfd")
    }
}
