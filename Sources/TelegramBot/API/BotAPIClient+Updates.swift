import Foundation

extension BotAPIClient {
    package func me() async throws -> User {
        try await call(MethodCall("getMe", isRepeatable: true))
    }

    /// Asks for updates from `offset` on, which confirms everything below it.
    ///
    /// - Parameters:
    ///   - offset: the next update wanted; `nil`: the oldest that is kept.
    ///   - timeout: seconds that the server waits for a first update, 0–50.
    ///   - allowed: sent every time, since the server remembers the last list.
    package func updates(from offset: Int64?, limit: Int = 100, timeout: Int, allowed: [UpdateKind]) async throws -> UpdateBatch {
        var call = MethodCall("getUpdates", isRepeatable: true)
        call.set("offset", offset)
        call.set("limit", limit)
        call.set("timeout", timeout)
        call.set("allowed_updates", .array(allowed.map { .string($0.rawValue) }))
        call.limits.total = .seconds(timeout + 10)
        call.limits.connectionLifetime = nil
        call.limits.readBytes = 4096
        return try UpdateBatch(json: try await rawResult(of: call))
    }

    package func deleteWebhook(droppingPendingUpdates: Bool = false) async throws {
        var call = MethodCall("deleteWebhook", isRepeatable: true)
        call.set("drop_pending_updates", flag: droppingPendingUpdates)
        _ = try await self.call(call, returning: Bool.self)
    }

    package func webhookInfo() async throws -> WebhookInfo {
        try await call(MethodCall("getWebhookInfo", isRepeatable: true))
    }

    /// Shows `commands` in the menu of those in `scope`; at most 100.
    package func setCommands(_ commands: [BotCommand], for scope: BotCommandScope = .default, language: String? = nil) async throws {
        var call = MethodCall("setMyCommands", isRepeatable: true)
        call.set("commands", .array(commands.map(\.json)))
        call.set("scope", scope.json)
        call.set("language_code", language)
        _ = try await self.call(call, returning: Bool.self)
    }

    package func deleteCommands(for scope: BotCommandScope = .default, language: String? = nil) async throws {
        var call = MethodCall("deleteMyCommands", isRepeatable: true)
        call.set("scope", scope.json)
        call.set("language_code", language)
        _ = try await self.call(call, returning: Bool.self)
    }

    /// Stops the wait of a pressed button; a query lives for some seconds only.
    ///
    /// - Returns: whether the person saw it; `false` where the query was too old, which is no failure.
    @discardableResult
    package func answer(callbackQuery id: String, text: String? = nil, asAlert: Bool = false) async throws -> Bool {
        var call = MethodCall("answerCallbackQuery", isRepeatable: true)
        call.set("callback_query_id", id)
        call.set("text", text.map { MessageText($0).clipped(to: 200).text })
        call.set("show_alert", flag: asAlert)
        do { return try await self.call(call) } catch BotAPIError.queryTooOld { return false }
    }
}

/// What `getWebhookInfo` tells.
package struct WebhookInfo: Decodable, Sendable, Equatable {
    /// Empty without a webhook.
    package let url: String
    package let pendingUpdateCount: Int

    private enum CodingKeys: String, CodingKey {
        case url
        case pendingUpdateCount = "pending_update_count"
    }
}
