import Foundation
import HubCore
import TelegramSimulator

/// The sample pipeline as a file that the people of the demo have at hand.
struct DemoPipeline: Sendable {
    static let name = "sale.yaml"

    let bytes: [UInt8]

    /// Reads it from where it lies, in an installation or a checkout.
    ///
    /// - Throws: ``Failure`` if it is not there.
    init(executable: String) throws {
        let places = ShippedFolder.pipelines.places(given: nil, executable: executable).map { "\($0)/\(Self.name)" }
        guard let data = places.lazy.compactMap({ FileManager.default.contents(atPath: $0) }).first else {
            throw Failure("the demo needs the sample pipeline: none of \(places.joined(separator: ", ")) is there")
        }
        bytes = Array(data)
    }

    var sample: World.Sample {
        World.Sample(
            label: "Send a pipeline of 12 tasks", name: Self.name, mimeType: "application/yaml", bytes: bytes, caption: "/pipeline")
    }
}
