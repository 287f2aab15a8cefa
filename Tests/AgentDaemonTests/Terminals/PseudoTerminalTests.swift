import Foundation
import Testing

@testable import AgentDaemon

@Suite("A program on a terminal", .timeLimit(.minutes(2)), .serialized)
struct PseudoTerminalTests {
    @Test("has job control, a controlling terminal and ^C")
    func jobControl() async throws {
        let shell = try await RunningTerminal.shell()
        try await shell.type("echo \"group $(ps -o pgid=,tpgid=,sid= -p $$ | tr -s ' ')\"; tty\n")
        await shell.transcript.wait(for: "/dev/pts/")
        let pid = shell.terminal.processID
        let shown = await shell.transcript.text.split(separator: "\n").first { $0.contains("group ") && !$0.contains("echo") } ?? ""
        #expect(shown.split(separator: " ").count == 4 && shown.hasSuffix(" \(pid)"), "\(shown)")
        try await shell.type("echo ready; sleep 100\n")
        await shell.transcript.wait(for: "ready\n")
        // Only then it is the foreground's program.
        #expect(
            await eventually {
                ProcessTable.read().entries.contains { entry in
                    entry.session == pid && (try? String(contentsOfFile: "/proc/\(entry.pid)/comm", encoding: .utf8)) == "sleep\n"
                }
            })
        try await shell.type("\u{03}")
        try await shell.type("echo code=$?\n")
        await shell.transcript.wait(for: "code=130")
        #expect(await shell.transcript.text.contains("code=130"))
        try await shell.type("exit 7\n")
        #expect(await shell.terminal.exit() == .exited(7))
        #expect(await shell.finish() == .exited(7))
    }

    @Test("learns its size, and a change of it")
    func resize() async throws {
        let shell = try await RunningTerminal.shell()
        try await shell.type("stty size\n")
        await shell.transcript.wait(for: "24 80")
        shell.terminal.resize(to: WindowSize(columns: 132, rows: 50))
        try await shell.type("stty size\n")
        await shell.transcript.wait(for: "50 132")
        #expect(await shell.transcript.text.contains("50 132"))
        _ = await shell.finish()
    }

    @Test("ends with the code or the signal that the kernel reports")
    func exitCodes() async throws {
        let seven = try await RunningTerminal(["sh", "-c", "exit 7"])
        #expect(await seven.terminal.exit() == .exited(7))
        #expect(await seven.finish().code == 7)
        let killed = try await RunningTerminal(["sh", "-c", "kill -9 $$"])
        // Before the end is asked for, which hangs up on whoever has not got that far.
        #expect(await killed.terminal.exit() == .signalled(SIGKILL))
        #expect(await killed.finish().code == -9)
        let hungUp = try await RunningTerminal(["sleep", "100"])
        #expect(await hungUp.finish().code == -1)
    }

    @Test("holds nothing of ours open, and finds no signal blocked or ignored")
    func clean() async throws {
        let terminal = try await RunningTerminal([
            "sh", "-c", "ls /proc/self/fd | wc -l; grep -E 'Sig(Blk|Ign)' /proc/self/status; echo done",
        ])
        await terminal.transcript.waitForEnd()
        let text = await terminal.transcript.text
        #expect(text.hasPrefix("4\n"), "0, 1, 2 and the directory that ls itself reads: \(text)")
        #expect(text.contains("SigBlk:\t0000000000000000"))
        // Signals 32 and 33 are the C library's own, which it lets no program have.
        #expect(text.contains("SigIgn:\t0000000180000000") || text.contains("SigIgn:\t0000000000000000"), "\(text)")
        _ = await terminal.finish()
    }

    @Test("is refused with the reason")
    func refusals() async throws {
        func failure(_ arguments: [String], directory: String = "/tmp", environment: [String: String] = [:]) async -> TerminalFailure? {
            do throws(TerminalFailure) {
                let launch = PseudoTerminal.Launch(
                    arguments: arguments, environment: environment, directory: directory, size: .standard)
                _ = try await PseudoTerminal.start(launch, census: ProcessCensus()).finish(grace: .zero)
                return nil
            } catch { return error }
        }
        #expect(await failure(["/no/such"]) == .noProgram("/no/such"))
        #expect(await failure(["no-such-program"]) == .noProgram("no-such-program"))
        #expect(await failure(["/etc/passwd"]) == .noProgram("/etc/passwd"))
        #expect(await failure(["sh"], directory: "/no/such") == .noDirectory("/no/such"))
        #expect(await failure([]) == .badArguments)
        #expect(await failure(["sh", "a\0b"]) == .badArguments)
        #expect(await failure(["sh"], environment: ["A=B": "1"]) == .badArguments)
    }

    @Test("stops when nobody reads, and goes on when somebody does")
    func backPressure() async throws {
        let census = ProcessCensus()
        let terminal = try await PseudoTerminal.start(
            .init(
                arguments: ["sh", "-c", "yes | head -c 3000000"], environment: RunningTerminal.environment, directory: "/tmp",
                size: .standard),
            census: census)
        // Unread, 3 MB do not fit into the kernel's buffer of a terminal: the writer has to wait.
        try await Task.sleep(for: .milliseconds(200))  // time in which a terminal without back-pressure would have ended
        #expect(!terminal.hasExited)
        var count = 0
        while let piece = await terminal.nextOutput() { count += piece.readableBytes }
        #expect(count == 4_500_000, "each newline became two bytes")
        #expect(await terminal.finish(grace: .zero) == .exited(0))
        await terminal.close()
    }

    @Test("takes everything that descends from it along, even what left its session (pain 6: leaked processes)")
    func escapedDescendants() async throws {
        let census = ProcessCensus()
        // One ignores the hang-up, one left the session, one left it and its parent ended at once.
        let script = """
            trap '' HUP; sleep 1001 & echo ignoring=$!
            setsid sleep 1002 & echo escaped=$!
            sh -c 'setsid sh -c "echo orphan=\\$\\$; exec sleep 1003" &'
            echo ready; wait
            """
        let tag = "ORCHESTRATIA_SESSION_ID=\(UUID().uuidString)"
        var environment = RunningTerminal.environment
        environment["ORCHESTRATIA_SESSION_ID"] = String(tag.split(separator: "=")[1])
        let terminal = try await RunningTerminal(["sh", "-c", script], environment: environment, tag: tag, census: census)
        // The orphan's parent has ended then.
        await terminal.transcript.wait(for: "ready\n")
        func pid(_ name: String) async -> Int32? {
            // A line that has not ended may be half a number.
            let lines = await terminal.transcript.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            return lines.first { $0.hasPrefix("\(name)=") }.flatMap { Int32($0.dropFirst(name.count + 1)) }
        }
        for name in ["ignoring", "escaped", "orphan"] { #expect(await eventually { await pid(name) != nil }, "\(name)") }
        let (ignoring, escaped, orphan) = (
            try #require(await pid("ignoring")), try #require(await pid("escaped")), try #require(await pid("orphan"))
        )
        let pids = [ignoring, escaped, orphan]
        let left = await eventually {
            [escaped, orphan].allSatisfy { ProcessTable.entry(of: $0).map { $0.session != terminal.terminal.processID } ?? false }
        }
        let text = await terminal.transcript.text
        #expect(left && pids.allSatisfy(isAlive), "\(text)")
        _ = await terminal.finish()
        #expect(await eventually { !pids.contains(where: isAlive) }, "\(pids)")
        #expect(await census.count(terminal.terminal.processID) == 0)
    }

    @Test("comes a hundred at a time, without a thread, descriptor or zombie left behind")
    func hundred() async throws {
        let before = openTerminals()
        let good = try await withThrowingTaskGroup(of: Bool.self) { group in
            let census = ProcessCensus()
            for number in 0..<100 {
                group.addTask {
                    let terminal = try await RunningTerminal(["sh", "-c", "read x; echo got-$x; exit $x"], census: census)
                    try await terminal.type("\(number)\n")
                    await terminal.transcript.wait(for: "got-\(number)")
                    let status = await terminal.terminal.exit()
                    _ = await terminal.finish()
                    let text = await terminal.transcript.text
                    return status == .exited(Int32(number)) && text.contains("got-\(number)\n")
                }
            }
            var good = 0
            for try await isGood in group where isGood { good += 1 }
            return good
        }
        #expect(good == 100)
        // A hundred that are kept are a hundred more at least; the tests beside this one have a few.
        #expect(await eventually { openTerminals() <= before + 60 }, "\(before) before, \(openTerminals()) after")
        // What other tests started is reaped in its own time.
        #expect(await eventually { !ProcessTable.read().entries.contains { $0.isZombie && $0.parent == getpid() } })
    }
}
