import Foundation
import HubCore
import HubTesting
import TelegramSimulator
import Testing

import enum HubCore.JSONValue

/// The line that `/token` shows is all that a new server needs: the real hub, the real script, the real programs.
@Suite(.serialized, .timeLimit(.minutes(5))) struct InstallLineTests {
    /// A folder in which a script finds all that it would find, and leave, in `/`.
    private struct Root {
        let path: String
        /// Of whoever runs something there.
        var home: String { path + "/ada" }

        init() throws {
            path = "/tmp/root-\(UUID().uuidString.prefix(8))"
            for folder in ["etc/systemd/system", "run/systemd/system", "bin", "ada", "usr/bin"] {
                try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
            }
        }

        fileprivate func remove() {
            TmuxServers(folder: path).end()
            try? FileManager.default.removeItem(atPath: path)
        }

        /// A program that notes that it was called, and with what, and then does `body`.
        fileprivate func stub(_ program: String, _ body: String = "") throws {
            let file = "\(path)/bin/\(program)"
            try Data("#!/bin/sh\necho \"\(program) $*\" >>\(path)/calls\n\(body)\n".utf8).write(to: URL(fileURLWithPath: file))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        }

        fileprivate func text(_ file: String) -> String { (try? String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)) ?? "" }
    }

    private func run(_ line: String, _ root: Root, _ environment: [String: String] = [:]) async throws -> FinishedProgram {
        let environment = [
            "HOME": root.home, "PATH": root.path + "/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "no_proxy": "127.0.0.1",
        ]
        .merging(environment) { $1 }
        return try await FinishedProgram.run("/bin/sh", ["-c", line], environment: environment)
    }

    @Test func `the line from the chat installs, registers, and a second time updates; the agent then connects`() async throws {
        let root = try Root()
        defer { root.remove() }
        try await Site.with { site in
            let asked = try await site.say("/token")
            let shown = try await site.reply(after: asked) { $0.text.contains("install.sh") }.text
            let line = String(try #require(shown.firstMatch(of: /curl -fsSL \S+ \| sh -s -- orcreg_\S+/)?.0))
            // Whoever runs the tests, it is installed for this home alone.
            let first = try await run(line + " --user --no-start", root)
            #expect(first.status == 0, "\(first.said)")
            let config = root.home + "/.config/orchestratia/config.yaml"
            #expect(first.said.contains("start the agent with: "))
            let permissions = try FileManager.default.attributesOfItem(atPath: config)[.posixPermissions] as? Int
            #expect(permissions == 0o600)
            let key = String(try #require(root.text("ada/.config/orchestratia/config.yaml").firstMatch(of: /api_key: "?([^"\s]+)/)?.1))
            #expect(!first.said.contains(key))
            let second = try await run(
                line.replacing(/orcreg_\S+/, with: "--user --no-start"), root)
            #expect(second.status == 0, "\(second.said)")
            #expect(root.text("ada/.config/orchestratia/config.yaml").contains(key))
            let servers = try await site.get("/api/v1/servers")["servers"]?.array ?? []
            #expect(servers.count == 1)

            let name = try #require(servers.first?["name"]?.string)
            try await withAgent(of: root, config) {
                let session = try await site.wait(for: "a terminal on the new server") {
                    let made = try await site.post("/api/v1/sessions", ["name": "hello", "server": .string(name)])
                    return made["id"]?.string
                }
                try await site.session(session, is: "active")
            }
        }
    }

    /// The installed daemon, for the time of `body`.
    private func withAgent(of root: Root, _ config: String, _ body: () async throws -> Void) async throws {
        let agent = Process()
        agent.executableURL = URL(fileURLWithPath: root.home + "/.local/bin/orchestratia-agent")
        agent.arguments = ["--config", config]
        agent.environment = ["HOME": root.home, "PATH": "/usr/bin:/bin", "TMPDIR": root.path, "TMUX_TMPDIR": root.path]
        (agent.standardError, agent.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try agent.start()
        do {
            try await body()
        } catch {
            agent.terminate()
            await agent.ended()
            throw error
        }
        agent.terminate()
        await agent.ended()
    }

    /// The script as root runs it: `id`, `useradd`, `chown`, `runuser` and `systemctl` are stubs that note their calls, and what lies in
    /// `/etc` and `/run` lies in a folder of the test. That it does so on a machine was seen by hand, on a bare Debian.
    @Test func `as root it makes a user and a unit, gives the key to that user alone, and restarts on an update`() async throws {
        let root = try Root()
        defer { root.remove() }
        try root.stub(
            "id", "case \"$*\" in -u) echo 0;; -un) echo root;; orchestratia) [ -e \(root.path)/user ];; *) exec /usr/bin/id \"$@\";; esac")
        try root.stub("useradd", "touch \(root.path)/user")
        try root.stub("chown")
        try root.stub("systemctl")
        try root.stub("runuser", "shift 3; exec \"$@\"")
        try await Site.with { site in
            let token = try await site.registrationToken()
            let script = try await site.transport.send(.init(.get, site.hub.url + "/install.sh", isRepeatable: true))
            let text = String(decoding: script.body, as: UTF8.self).replacing("/etc/", with: root.path + "/etc/")
                .replacing("/run/systemd", with: root.path + "/run/systemd")
            try Data(text.utf8).write(to: URL(fileURLWithPath: root.path + "/install.sh"))
            let environment = ["ORCHESTRATIA_INSTALL_DIR": root.path + "/usr/bin"]
            let first = try await run("sh \(root.path)/install.sh \(token)", root, environment)
            #expect(first.status == 0, "\(first.said)")
            #expect(first.said.contains("made the user orchestratia") && first.said.contains("runs as orchestratia"))
            let config = root.path + "/etc/orchestratia/config.yaml"
            let key = String(try #require(root.text("etc/orchestratia/config.yaml").firstMatch(of: /api_key: "?([^"\s]+)/)?.1))
            let calls = root.text("calls")
            #expect(calls.contains("useradd --system --create-home") && calls.contains("chown orchestratia \(config)\n"))
            #expect(calls.contains("runuser -u orchestratia -- \(root.path)/usr/bin/orchestratia-agent --config \(config) --register"))
            #expect(
                calls.hasSuffix(
                    "systemctl daemon-reload\nsystemctl enable --quiet orchestratia-agent\nsystemctl restart orchestratia-agent\n"))
            let unit = root.text("etc/systemd/system/orchestratia-agent.service")
            #expect(unit.contains("\nUser=orchestratia\n") && unit.contains("--config \"\(config)\"\n"))
            #expect(!calls.contains(key) && !unit.contains(key) && !first.said.contains(key))
            if FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze") {
                let verified = try await run(
                    "/usr/bin/systemd-analyze verify \(root.path)/etc/systemd/system/orchestratia-agent.service", root)
                // What it says of other units of this machine, and of users that are not here, is not our matter.
                let faults = verified.said.split(separator: "\n").filter { $0.contains("orchestratia-agent.service:") }
                #expect(faults.isEmpty, "\(faults)")
            }

            let second = try await run("sh \(root.path)/install.sh", root, environment)
            #expect(second.status == 0, "\(second.said)")
            let more = root.text("calls").dropFirst(calls.count)
            #expect(!more.contains("useradd") && !more.contains("--register") && more.contains("systemctl restart orchestratia-agent"))
            #expect(root.text("etc/orchestratia/config.yaml").contains(key))
            #expect(root.text("etc/systemd/system/orchestratia-agent.service") == unit)

            #expect(await site.hub.stop() == 0)
            let third = try await run("sh \(root.path)/install.sh", root, environment)
            #expect(third.status == 1 && third.said.contains("install: the hub cannot be reached at http://127.0.0.1:"), "\(third.said)")
        }
    }

    /// `/etc/orchestratia` is root's, and the file in it the agent's.
    @Test func `an agent registers where its configuration lies in a folder of root's`() async throws {
        let root = try Root()
        defer { root.remove() }
        let (folder, config) = (root.path + "/etc/orchestratia", root.path + "/etc/orchestratia/config.yaml")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(atPath: config, contents: Data(), attributes: [.posixPermissions: 0o600]))
        let agent = HubProgram.path.replacing(/orchestratia-hub$/, with: "orchestratia-agent")
        var line = "\(agent) --config \(config) --register "
        if getuid() == 0 {
            // Nobody's home is nowhere.
            _ = try await run("chown nobody \(config) \(root.home)", root)
            line = "runuser -u nobody -- " + line
        } else {
            try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder)
        }
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder) }
        try await Site.with { site in
            let said = try await run(line + site.registrationToken(), root)
            #expect(said.status == 0, "\(said.said)")
            #expect(root.text("etc/orchestratia/config.yaml").contains("api_key"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["config.yaml"])
            let permissions = try FileManager.default.attributesOfItem(atPath: config)[.posixPermissions] as? Int
            #expect(permissions == 0o600)
        }
    }
}
