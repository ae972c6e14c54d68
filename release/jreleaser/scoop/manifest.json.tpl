{
    "version": "{{projectVersion}}",
    "description": "{{projectDescription}}",
    "homepage": "{{projectLinkHomepage}}",
    "license": "{{projectLicense}}",
    "architecture": {
        "64bit": {
            "url": "{{distributionUrl}}",
            "hash": "{{distributionChecksumSha256}}",
            "extract_dir": "{{distributionArtifactRootEntryName}}"
        }
    },
    "bin": "bin\\residua.cmd",
    "checkver": "github",
    "autoupdate": {
        "architecture": {
            "64bit": {
                "url": "{{scoopAutoupdateUrl}}",
                "extract_dir": "{{scoopAutoupdateExtractDir}}"
            }
        }
    }
}
