class {{brewFormulaName}} < Formula
  desc "{{projectDescription}}"
  homepage "{{projectLinkHomepage}}"
  version "{{projectVersion}}"
  license "{{projectLicense}}"

  on_macos do
    depends_on arch: :arm64
    url "{{artifactMacosArm64Url}}"
    sha256 "{{artifactMacosArm64ChecksumSha256}}"
  end

  on_linux do
    on_arm do
      url "{{artifactLinuxArm64Url}}"
      sha256 "{{artifactLinuxArm64ChecksumSha256}}"
    end
    on_intel do
      url "{{artifactLinuxX64Url}}"
      sha256 "{{artifactLinuxX64ChecksumSha256}}"
    end
  end

  # The libraries of the Java inside are signed under the names that they have.
  preserve_rpath

  def install
    libexec.install Dir["*"]
    bin.install_symlink libexec/"bin/residua"
    bash_completion.install_symlink libexec/"share/bash-completion/completions/residua"
    man1.install_symlink Dir[libexec/"share/man/man1/*"]
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/residua --version")
    system bin/"residua", "sample", testpath/"fruit", "--quiet"
    assert_path_exists testpath/"fruit"
  end
end
