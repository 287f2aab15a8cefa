import CPty
import Cryptography
import Foundation
import HTTPClient
import HubCore
import Logging
import TLSSupport
import WebSocket

/// The agent daemon of a machine: connects out to its hub, and runs sessions for it.
///
/// ``run()`` returns after ``stop()``. What tmux holds outlives it; what it could not report is on disk.
package final class AgentDaemon: Sendable {
    package static let version = "0.1.0"

    package enum Failure: Error, CustomStringConvertible {
        case noHub(path: String)
        case notRegistered(path: String)
        case noState(String)
        case network(String)

        package var description: String {
            switch self {
            case .noHub(let path): "\(path) names no hub_url: register first with --register TOKEN"
            case .notRegistered(let path): "\(path) holds no api_key: register first with --register TOKEN"
            case .noState(let why): "the agent's records cannot be kept: \(why)"
            case .network(let why): why
            }
        }
    }

    private let configuration: AgentConfiguration
    private let connection: HubConnection
    let sessions: Sessions
    private let census: ProcessCensus
    private let api: HubAPI
    private let files: FileExchange
    private let permissions: Permissions
    private let detection: CapabilityDetection
    private let account: LoginAccount
    private let times: SessionTimes
    private let log: Logger
    private let chores = Locked<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - temporary: where files with fixed names lie that agents' hooks look for.
    ///   - adoptsOrphans: whether this process is the agent alone, and may become the parent of its orphaned descendants.
    init(
        _ configuration: AgentConfiguration, file: String, transport: any HTTPTransport, environment: [String: String], temporary: String,
        adoptsOrphans: Bool, times: SessionTimes = SessionTimes(),
        memory: @escaping @Sendable () -> SystemGauges.Memory? = { SystemGauges.Memory.current }, log: Logger
    ) async throws {
        guard !configuration.hub.isEmpty else { throw Failure.noHub(path: file) }
        guard let key = configuration.apiKey else { throw Failure.notRegistered(path: file) }
        let state = configuration.stateDirectory
        do {
            try PrivateFile.makeDirectory(state + "/sessions")
        } catch { throw Failure.noState("\(error)") }
        if adoptsOrphans { _ = cpty_adopt_orphans() }
        (self.configuration, self.times, self.log) = (configuration, times, log)
        account = LoginAccount.current(environment: environment)
        let path = await account.loginPath(environment: environment)
        detection = CapabilityDetection(path: path, configuration: configuration)
        census = ProcessCensus(adoptsOrphans: adoptsOrphans)
        let outgoing = Outgoing()
        let spool = await ReportSpool(path: state + "/reports.json", outgoing: outgoing, log: log)
        let startTmux: @Sendable () async throws -> TmuxServer = { [account] in
            try await TmuxServer.start(path: path, stateDirectory: state, account: account)
        }
        var tmux: TmuxServer?
        if configuration.sessions.usesTmux {
            do {
                tmux = try await startTmux()
            } catch {
                log.warning("tmux is not used: sessions end with the agent", metadata: ["why": "\(error)"])
            }
        }
        var inherited = environment
        inherited["TMPDIR"] = temporary
        sessions = Sessions(
            Sessions.Parts(
                configuration: configuration, tmux: tmux, startTmux: startTmux,
                environment: SessionEnvironment(account: account, path: path, inherited: inherited), census: census,
                worktrees: Worktrees(configuration, path: path),
                ports: PortLeases(directory: configuration.home + "/.orchestratia/ports", settings: configuration.ports, owner: state),
                records: SessionRecords(directory: state + "/sessions"), spool: spool, outgoing: outgoing, times: times, memory: memory,
                log: log))
        api = HubAPI(transport: transport, hub: configuration.hub, key: key)
        let withheld = [file, state].map { ($0 as NSString).resolvingSymlinksInPath }
        files = FileExchange(
            api: api, uploads: configuration.home + "/.orchestratia/uploads", home: configuration.home, withheld: withheld, log: log)
        permissions = Permissions(api: api, temporary: temporary, stateDirectory: state, log: log)
        let transfers = FileTransfers(
            directory: environment["ORCHESTRATIA_TRANSFER_DIR"] ?? configuration.home + "/.orchestratia/transfers", withheld: withheld,
            outgoing: outgoing, log: log)
        let desk = HubDesk(
            sessions: sessions, spool: spool, seen: await SeenMessages(path: state + "/seen.json"), transfers: transfers,
            permissions: permissions, outgoing: outgoing, machineKey: key, log: log)
        connection = HubConnection(
            client: try Self.client(configuration, environment), hub: configuration.hub, key: key, environment: environment,
            outgoing: outgoing, desk: desk, log: log)
        await sessions.recover()
    }

    private static func client(_ configuration: AgentConfiguration, _ environment: [String: String]) throws -> WebSocketClient {
        var options = WebSocketOptions.client
        options.pingInterval = .seconds(30)
        options.pongTimeout = .seconds(10)
        // A hub that hangs must not use up the time that the agent has to stop.
        options.closeTimeout = .seconds(2)
        guard configuration.hub.lowercased().hasPrefix("https") else { return WebSocketClient(options: options) }
        let tls: ClientTLS
        do {
            tls = try ClientTLS(verifies: !configuration.insecureTLS, certificates: environment["SSL_CERT_FILE"])
        } catch { throw Failure.network("\(error)") }
        return WebSocketClient(
            options: options,
            tls: WebSocketTLS(add: { channel, host in try tls.add(to: channel, host: host) }, explain: { ClientTLS.explain($0) }))
    }

    package static func transport(_ configuration: AgentConfiguration, environment: [String: String]) throws -> CurlMultiLoop {
        try CurlMultiLoop(
            CurlSettings(
                usesEnvironmentProxies: true, allowsPlainHTTP: true, verifiesCertificates: !configuration.insecureTLS,
                certificateAuthorityFile: environment["SSL_CERT_FILE"], maximumConnections: 16))
    }

    /// `system_info` of this machine with what it can do, so that the hub places work well from the first moment on.
    package static func systemInfo(_ configuration: AgentConfiguration, environment: [String: String]) async -> JSONValue {
        let account = LoginAccount.current(environment: environment)
        let path = await account.loginPath(environment: environment)
        return await systemInfo(CapabilityDetection(path: path, configuration: configuration).report(), account)
    }

    private static func systemInfo(
        _ report: (capabilities: JSONValue, repositories: JSONValue), _ account: LoginAccount
    ) async -> JSONValue {
        let gauges = await SystemGauges.systemInfo(username: account.name)
        let members = (gauges.members ?? []) + [.init("capabilities", report.capabilities), .init("repos", report.repositories)]
        return .object(members)
    }

    package func run() async {
        let chores = Task { await self.doChores() }
        self.chores.withLock { $0 = chores }
        await connection.run()
        chores.cancel()
        await chores.value
    }

    /// Leaves tmux its sessions, hangs up the others, and closes the connection: last, as a hub that hangs may take its time.
    package func stop() async {
        chores.withLock { $0 }?.cancel()
        await sessions.stop()
        await connection.stop()
    }

    private func doChores() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.census.run() }
            group.addTask { await Self.every(self.times.tmuxLook) { await self.sessions.lookAgain() } }
            group.addTask { await self.heartbeat() }
            group.addTask { await Self.every(.seconds(3)) { await self.files.poll() } }
            group.addTask { await Self.every(.seconds(5)) { await self.permissions.sendLog() } }
        }
    }

    private static func every(_ interval: Duration, _ work: () async -> Void) async {
        while !Task.isCancelled {
            await work()
            try? await Task.sleep(for: interval)
        }
    }

    /// Every 30 seconds, whatever the connection does (section 3.2); what the machine can do is looked up again every ten minutes.
    private func heartbeat() async {
        var report = await detection.report()
        var looked = ContinuousClock.now
        while !Task.isCancelled {
            if ContinuousClock.now - looked > .seconds(600) { (report, looked) = (await detection.report(), .now) }
            let info = await Self.systemInfo(report, account)
            do {
                let response = try await api.post("/api/v1/servers/heartbeat", ["system_info": info])
                if !(200..<300).contains(response.status) {
                    log.warning("the hub refused a heartbeat", metadata: ["status": "\(response.status)"])
                }
            } catch {
                log.warning("a heartbeat did not reach the hub", metadata: ["why": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(30))
        }
    }
}
