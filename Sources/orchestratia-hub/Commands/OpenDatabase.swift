import Cryptography
import HTTPClient
import HubCore
import HubService
import Logging
import TelegramBot
import TelegramGateway

extension Program {
    /// Lends the operations of a hub that does not run: the database is opened under its lock, and closed again.
    static func withOpenHub<Result>(
        _ configuration: HubConfiguration, _ body: (ControlOperations) async throws -> Result
    ) async throws -> Result {
        let log = HubLogHandler.logger(configuration)
        let open = try await OpenHub(configuration, log: log)
        let transport = try CurlMultiLoop(try configuration.curlSettings())
        let gateway = try await TelegramGateway.build(open.hub, configuration, transport: transport, log: log)
        let operations = ControlOperations(
            hub: open.hub, database: open.database, gateway: gateway, publicURL: { configuration.hubURL() })
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(operations)) } catch { result = .failure(error) }
        await transport.shutdown()
        try open.database.close()
        return try result.get()
    }
}
