import Foundation
import HubCore

extension Catalogue {
    /// Loads the commands from the first place of ``ShippedFolder/commands`` that exists. A template with a fault is left out, and ``faults`` says why.
    ///
    /// - Throws: ``CatalogueError``, also for a fault in a command of the hub's own: without it the hub would not be what people expect.
    package static func find(given: String?, executable: String) throws(CatalogueError) -> Catalogue {
        let places = ShippedFolder.commands.places(given: given, executable: executable)
        var isFolder: ObjCBool = false
        guard let place = places.first(where: { FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && isFolder.boolValue })
        else {
            throw CatalogueError(
                file: places.joined(separator: ", "), rule: .missing, fault: "there is no folder with command files",
                cure: "name the folder with --commands")
        }
        let catalogue = try read(place)
        if let fault = catalogue.brokenBuiltin { throw fault }
        return catalogue
    }
}
