import Foundation
import TelegramSimulator

/// What people do in the script, and what they wait for; each prints itself.
extension DemoScript {
    func say(_ text: String, by person: World.Person, replyTo: World.Message? = nil) async throws -> World.Message {
        let message = try await simulator.send(text, from: person, to: telegram.bot, replyTo: replyTo)
        show(message, by: person.name)
        return message
    }

    /// Says something and waits for the answer.
    func ask(
        _ text: String, by person: World.Person, where fits: @escaping @Sendable (World.Message) -> Bool
    ) async throws -> World.Message {
        try await expect("an answer to \(text)", by: person, after: try await say(text, by: person), where: fits)
    }

    func upload(_ pipeline: DemoPipeline, by person: World.Person) async throws -> World.Message {
        let sample = pipeline.sample
        let message = try await simulator.sendDocument(
            named: sample.name, sample.bytes, mimeType: sample.mimeType, caption: sample.caption, from: person, to: telegram.direct(person))
        show(message, by: person.name)
        return message
    }

    func expect(
        _ what: String, by person: World.Person, after message: World.Message, where fits: @escaping @Sendable (World.Message) -> Bool
    ) async throws -> World.Message {
        do {
            let found = try await simulator.waitForMessage(in: telegram.direct(person), after: message, timeout: Self.patience) {
                $0.isFromBot && fits($0)
            }
            show(found, by: "bot")
            return found
        } catch {
            throw Failure("the script waited in vain for \(what): \(error)")
        }
    }

    /// Waits until a message that is there has become what is looked for.
    func see(
        _ what: String, _ message: World.Message, by person: World.Person, where fits: @escaping @Sendable (World.Message) -> Bool
    ) async throws -> World.Message {
        do {
            let id = message.id
            let found = try await simulator.waitForMessage(in: telegram.direct(person), timeout: Self.patience) { $0.id == id && fits($0) }
            show(found, by: "bot, in the message above")
            return found
        } catch {
            throw Failure("the script waited in vain for \(what): \(error)")
        }
    }

    func press(_ label: String, on message: World.Message, by person: World.Person) async throws {
        printLine("  \(person.name) presses [\(label)]")
        let answer = try await simulator.press(label, on: message, by: person)
        if let text = answer.text, !text.isEmpty { printLine("  bot, at the button: \(text)") }
    }

    /// Presses the button that confirms what was pressed before.
    func confirm(_ what: String, by person: World.Person) async throws -> World.Message {
        let chat = telegram.direct(person)
        let message = try await simulator.wait(timeout: Self.patience, for: "a confirmation of \(what)") { world in
            world.chats[chat]?.messages.last { $0.isFromBot && $0.buttons.contains { $0.lowercased().contains("yes") } }
        }
        show(message, by: "bot")
        try await press(message.buttons.first { $0.lowercased().contains("yes") } ?? "Yes", on: message, by: person)
        return message
    }

    private static var patience: Duration { .seconds(60) }

    private func show(_ message: World.Message, by name: String) {
        let lines = message.text.split(separator: "\n", omittingEmptySubsequences: false)
        printLine("\n\(name): \(lines.first ?? "")")
        for line in lines.dropFirst() { printLine("  \(line)") }
        if let attachment = message.attachment {
            let size = attachment.kind == .photo ? ", \(attachment.width) by \(attachment.height) pixels" : ""
            printLine("  [\(attachment.kind.rawValue): \(attachment.name)\(size)]")
        }
        for row in message.keyboard { printLine("  " + row.map { "[\($0.text)]" }.joined(separator: " ")) }
    }
}
