/**
 * What runs in the pod that fills a claim with weights: Python, as an image with the command `hf` has it, and of Python only the standard library.
 *
 *   there     The mark exists: the hub is asked nothing.
 *   locked    One pod at a time works in the folder of a model; those of other jobs wait, and then find the mark.
 *   begun     The commit is noted. After a kill the next pod fetches the rest of the same one, even if the branch has moved.
 *   fetched   `hf` has ended. That says little: with a part of the files there and the hub away, it ends with 0 (huggingface_hub 2.4.0,
 *             `snapshot_download` into a folder). So every file is compared with the list of the hub.
 *   whole     All files are on the disk, and then the mark is.
 *
 * It ends with 2 where trying again is pointless, and with 75 where its Job tries again. The last line that it prints is for the status of the
 * job. The token goes to the hub and to no other host, and into no line.
 */
import { exitCodes } from '@proofmill/contract';

export const weightsScript = `import fcntl, http.client, json, os, re, shutil, subprocess, sys, threading
from urllib import error, parse, request

repository, revision, folder, claim = sys.argv[1:5]
final, temporary = ${exitCodes.configuration}, ${exitCodes.temporary}
endpoint = os.environ.get("HF_ENDPOINT", "").strip().rstrip("/") or "https://huggingface.co"
token = os.environ.get("HF_TOKEN", "").strip()
complete = os.path.join(folder, ".proofmill-complete")
begun = os.path.join(folder, ".proofmill-commit")


def end(code, sentence):
    print("".join(one if one.isprintable() else " " for one in sentence), flush=True)
    sys.exit(code)


class OneHost(request.HTTPRedirectHandler):
    def redirect_request(self, asked, answer, code, message, headers, address):
        if parse.urlsplit(address)[:2] != parse.urlsplit(asked.full_url)[:2]:
            return None
        return request.Request(address, headers=asked.headers, method=asked.get_method())


opener = request.build_opener(OneHost)


def ask(path, method, what, listed=False):
    """The body; None where there is no such thing."""
    headers = {"User-Agent": "proofmill", "Accept-Encoding": "identity"}
    if token:
        headers["Authorization"] = "Bearer " + token
    try:
        with opener.open(request.Request(endpoint + path, headers=headers, method=method), timeout=60) as answer:
            return answer.read()
    except error.HTTPError as answer:
        if method == "HEAD" and 300 <= answer.code < 400:
            return b""
        if answer.code == 404:
            return None
        refuse(answer, what, listed)
    except (OSError, http.client.HTTPException) as problem:
        why = getattr(problem, "reason", problem)
        end(temporary, f"the hub at {endpoint} does not answer ({why}); it is asked again. Pods with the component fetcher must be able to reach it")
    except ValueError:
        end(final, f"HF_ENDPOINT, {endpoint}, is not the address of a hub, such as https://huggingface.co; correct pods.env of the chart")


def refuse(answer, what, listed):
    said = answer.headers.get("X-Error-Message", "")[:200]
    says = f"the hub at {endpoint} answers {answer.code} for {what}" + (f" ({said})" if said else "")
    if answer.code in (401, 403):
        unless = "" if listed else "correct fleet.model.huggingFace or, if there is such a model, "
        rest = "put a token that may read it into the Secret of fleet.model.secret" if token else "name a Secret with a token that may read it in fleet.model.secret"
        end(final, f"{says}: {unless}{rest}")
    end(temporary, f"{says}; it is asked again")


def model(at):
    what = f"{repository} at {at}"
    body = ask(f"/api/models/{parse.quote(repository)}/revision/{parse.quote(at, safe='')}?blobs=true", "GET", what)
    if body is None:
        return None
    try:
        found = json.loads(body)
        sizes = {str(one["rfilename"]): one.get("size") for one in found["siblings"]}
        commit = re.fullmatch(r"[0-9a-f]{40}", found["sha"]).group()
    except (ValueError, KeyError, TypeError, AttributeError):
        end(temporary, f"the hub at {endpoint} does not answer with a list of files for {what}; it is asked again. HF_ENDPOINT must name a hub")
    for name in sizes:
        if os.path.isabs(name) or ".." in name.split("/"):
            end(final, f"the hub at {endpoint} lists a file of {repository} that is in no folder of it, {name[:100]}: it is not fetched")
    return commit, {name: size if isinstance(size, int) else None for name, size in sizes.items()}


def noted():
    try:
        with open(begun) as file:
            commit = file.read().strip()
    except FileNotFoundError:
        return None
    return commit if re.fullmatch(r"[0-9a-f]{40}", commit) else None


def note(path, text):
    with open(path, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def lock():
    """Whether this is the only pod in the folder; False where the file system has no locks. The lock ends with the process."""
    file = os.open(folder + ".lock", os.O_RDWR | os.O_CREAT, 0o664)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another pod fetches these weights into the claim: waiting until it has ended", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:
        return False
    return True


def remove(names):
    for name in names:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            os.remove(path)


def sweep(files):
    """Removes what a kill has left and hf would not take up: parts under a name of one process, and files of another size."""
    for at, _, names in os.walk(os.path.join(folder, ".cache")):
        for name in names:
            if re.search(r"\\.[0-9a-f]{8}\\.incomplete$", name):
                os.remove(os.path.join(at, name))
    remove(missing(files))


def the_commit():
    commit = noted()
    of_commit = commit and model(commit)
    if of_commit:
        return of_commit
    newest = model(revision)
    if newest is None:
        end(final, f"the hub at {endpoint} has no {repository} at {revision}: correct fleet.model.huggingFace or fleet.model.revision")
    if commit:
        print(f"{repository} no longer has the commit {commit}, of which a part was there: another is fetched", flush=True)
        remove(newest[1])
    return newest


def missing(files):
    def is_there(name, size):
        path = os.path.join(folder, name)
        return os.path.isfile(path) and size in (None, os.path.getsize(path))
    return [name for name, size in files.items() if not is_there(name, size)]


def in_files(where):
    return sum(os.lstat(os.path.join(at, name)).st_size for at, _, names in os.walk(where) for name in names)


def to_come(files):
    # What hf has of files that are not whole is below .cache.
    return max(0, sum(files[name] or 0 for name in missing(files)) - in_files(os.path.join(folder, ".cache")))


def gigabytes(size):
    return f"{size / 1e9:.1f} GB"


def check_room(files):
    disk = shutil.disk_usage(folder)
    if disk.total > 0 and to_come(files) > disk.free:
        end(temporary, f"the claim {claim} is too small for {repository}: {gigabytes(to_come(files))} are to come, and {gigabytes(disk.free)} are free. "
            "Enlarge it, or remove folders of models from it that no job needs; it is tried again")


def tell(files, ended):
    while not ended.wait(30):
        size = sum(size or 0 for size in files.values())
        try:
            print(f"{gigabytes(size - to_come(files))} of {gigabytes(size)} are there", flush=True)
        except OSError:
            pass  # hf has moved a file meanwhile


def fetch(commit, files):
    command = ["hf", "download", repository, "--revision", commit, "--local-dir", folder]
    ended = threading.Event()
    threading.Thread(target=tell, args=(files, ended), daemon=True).start()
    environment = {**os.environ, "HF_HUB_DISABLE_PROGRESS_BARS": "1", "NO_COLOR": "1"}
    last = ""
    try:
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, errors="replace", env=environment) as process:
            for line in process.stderr:
                print(line, end="", file=sys.stderr, flush=True)
                if re.match(r"[\\w.]*Error\\b", line):
                    last = re.sub(r"\\?\\S*", "", line.strip())  # an address of a large file is signed
    except FileNotFoundError:
        end(final, "the image has no command hf: name one that has it in engine.fetcherImage of the chart")
    ended.set()
    left = missing(files)
    if process.returncode == 0 and not left:
        return
    check_room(files)
    model(commit)  # ends with what the hub says, where that is the reason
    end(temporary, f"hf download ended with exit code {process.returncode}, and {len(left)} of {len(files)} files of {repository} are missing or incomplete"
        + (f" ({last[:200]})" if last else "") + "; the next attempt fetches them")


def main():
    if os.path.exists(complete):
        end(0, "the weights are there already")
    if any(not "!" <= one <= "~" for one in token):
        end(final, "the token of fleet.model.secret has characters that no token has: put the token alone under the key token")
    is_alone = lock()
    if os.path.exists(complete):
        end(0, "the weights are there already")
    commit, files = the_commit()
    os.makedirs(folder, exist_ok=True)
    note(begun, commit)
    if is_alone:
        sweep(files)
    left = missing(files)
    if left:
        check_room(files)
        largest = max(left, key=lambda name: files[name] or 0)
        # Who may not read a gated model may still read its list of files.
        if ask(f"/{parse.quote(repository)}/resolve/{commit}/{parse.quote(largest)}", "HEAD", f"{largest} of {repository}", True) is None:
            end(temporary, f"the hub at {endpoint} lists {largest} of {repository}, and does not have it; it is asked again")
        print(f"fetching {repository} at {commit}: {gigabytes(to_come(files))}", flush=True)
        fetch(commit, files)
    for at, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(at, name), "rb") as file:
                os.fsync(file.fileno())
    note(complete, commit + "\\n")
    print(f"the weights are whole: {len(files)} files, {gigabytes(sum(size or 0 for size in files.values()))}", flush=True)


try:
    main()
except OSError as problem:
    end(temporary, f"the claim {claim} cannot be used ({problem.strerror or problem}); it is tried again. User {os.getuid()} or group {os.getgid()} must be able to write it, and there must be room")
`;
