# Homebrew: `make dist`, then `brew install --build-from-source ./packaging/oubli.rb`.  Of a published
# archive `url` is its address, and `sha256` (shasum -a 256) stands below it.
class Oubli < Formula
  desc "Watch a neural network forget, and stop it, live, in a terminal"
  url "file://#{File.expand_path("..", __dir__)}/build/oubli-0.2.0.tar.gz"
  version "0.2.0"
  license "MIT"

  depends_on "pkgconf" => :build
  depends_on "jansson"
  depends_on "libmd"
  depends_on "ncurses"
  depends_on "openblas"
  uses_from_macos "sqlite"
  uses_from_macos "zlib"

  def install
    system "make", "install", "PREFIX=#{prefix}", "MANDIR=#{man}", "BASHDIR=#{bash_completion}",
           "ZSHDIR=#{zsh_completion}", "FISHDIR=#{fish_completion}"
  end

  test do
    assert_match "average accuracy", shell_output("#{bin}/oubli run --tasks 2 --steps 50")
    system bin/"oubli", "run", "--tasks", "2", "--steps", "50", "--record", "test.oubli"
    assert_match "reproduced", shell_output("#{bin}/oubli verify test.oubli")
  end
end
