extension World {
    /// A file that lies at people's hand: the chat page sends it with one click.
    package struct Sample: Sendable {
        /// What the button says.
        package let label: String
        package let name: String
        package let mimeType: String
        package let bytes: [UInt8]
        package let caption: String

        package init(label: String, name: String, mimeType: String, bytes: [UInt8], caption: String) {
            (self.label, self.name, self.mimeType, self.bytes, self.caption) = (label, name, mimeType, bytes, caption)
        }
    }

    package mutating func offer(_ sample: Sample) {
        samples.append(sample)
        changes.append(.roster)
    }

    /// `nil` if there is no such sample.
    package mutating func send(
        sample number: Int, from person: Person.ID, in chat: Chat.ID, thread: Int? = nil
    ) throws(PersonError) -> Message? {
        guard samples.indices.contains(number) else { return nil }
        let sample = samples[number]
        return try upload(
            name: sample.name, bytes: sample.bytes, mimeType: sample.mimeType, caption: sample.caption, from: person, in: chat,
            thread: thread)
    }
}

extension Simulator {
    package func offer(_ sample: World.Sample) { change { $0.offer(sample) } }
}
