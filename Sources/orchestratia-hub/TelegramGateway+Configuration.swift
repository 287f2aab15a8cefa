import ChatOps
import Cryptography
import HTTPClient
import HubCore
import HubService
import LiveSessions
import Logging
import Pictures
import TelegramBot
import TelegramGateway

extension TelegramGateway {
    /// The gateway of a configuration, with its tables up to date.
    ///
    /// - Throws: ``ConfigurationError`` for a token that is none, or commands that are not valid; ``SQLFault``.
    static func build(
        _ hub: Hub, _ configuration: HubConfiguration, transport: CurlMultiLoop, live: LiveSessions? = nil,
        publicURL: (@Sendable () -> String)? = nil, log: Logger
    ) async throws -> TelegramGateway {
        var tokens: [BotToken] = []
        for secret in configuration.botTokens {
            guard let token = BotToken(secret.revealed) else {
                throw ConfigurationError("a bot token is not of the form 123456:ABC…: copy it again from @BotFather")
            }
            tokens.append(token)
        }
        let built = Locked<TelegramGateway?>(nil)
        let catalogue = try configuration.catalogue()
        for fault in catalogue.faults {
            log.error("a command file is broken and left out; /reload says the same", metadata: ["fault": "\(fault)"])
        }
        let chatOps = ChatOps(
            hub: hub, catalogue: catalogue, publicURL: publicURL ?? { configuration.hubURL() }, version: Program.version,
            terminals: live,
            drawGraph: { dot throws(GraphDrawingError) in
                do throws(GraphPicture.Fault) { return try await GraphPicture.png(of: dot) } catch { throw GraphDrawingError(error) }
            }, menusChanged: { built.withLock { $0 }?.menusChanged() }
        ) {
            built.withLock { $0 }?.bots.map(\.line) ?? []
        }
        let gateway = TelegramGateway(
            hub: hub, handler: chatOps, transport: transport,
            settings: GatewaySettings(
                baseURL: configuration.telegramAPI, fileURL: configuration.telegramFiles,
                limits: configuration.telegramLimits == .telegram ? .telegram : .none,
                drainSeconds: Int(StopTimes.telegram.components.seconds), tokens: tokens), screens: live, log: log)
        try await gateway.prepare()
        built.withLock { $0 = gateway }
        return gateway
    }
}

extension GraphDrawingError {
    init(_ fault: GraphPicture.Fault) {
        self =
            switch fault {
            case .missing: .missing
            case .timedOut: .timedOut
            case .failed(let reason): .failed(reason)
            }
    }
}
