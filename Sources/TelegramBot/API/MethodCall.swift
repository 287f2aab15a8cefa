import Foundation
import HTTPClient

/// One call of a Bot API method: its name, its parameters under their documented names, and its files.
package struct MethodCall: Sendable {
    package struct File: Sendable {
        package let parameter: String
        package let name: String
        package let contents: Data
    }

    package let method: String
    package private(set) var parameters: [JSONValue.Member] = []
    package private(set) var files: [File] = []
    /// Whether a repetition does no harm, so that a lost answer may simply be asked for again.
    package let isRepeatable: Bool
    package var limits = HTTPRequest.Limits()

    package init(_ method: String, isRepeatable: Bool) { (self.method, self.isRepeatable) = (method, isRepeatable) }

    /// Adds a parameter; `nil` leaves it out.
    package mutating func set(_ name: String, _ value: JSONValue?) {
        if let value { parameters.append(.init(name, value)) }
    }

    package mutating func set(_ name: String, _ value: String?) { set(name, value.map(JSONValue.string)) }
    package mutating func set(_ name: String, _ value: Int?) { set(name, value.map { JSONValue.integer(Int64($0)) }) }
    package mutating func set(_ name: String, _ value: Int64?) { set(name, value.map(JSONValue.integer)) }
    /// `false` is every flag's default and is left out.
    package mutating func set(_ name: String, flag: Bool) { if flag { set(name, JSONValue.boolean(true)) } }

    mutating func set(_ destination: Destination) {
        set("chat_id", destination.chat)
        set("message_thread_id", destination.topic)
    }

    mutating func set(_ message: MessageAddress) {
        set("chat_id", message.chat)
        set("message_id", message.message)
    }

    package mutating func attach(_ parameter: String, file: OutgoingFile) {
        files.append(File(parameter: parameter, name: file.name, contents: file.contents))
        limits.total = nil
        limits.stall = .seconds(30)
    }

    /// The body: JSON, or a multipart form where there are files.
    var body: (contentType: String, data: Data) {
        guard files.isEmpty else { return MultipartForm.encode(parameters, files) }
        return ("application/json", Data(JSONValue.object(parameters).text.utf8))
    }
}
