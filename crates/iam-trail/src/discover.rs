//! From paths to the list of files to read.
//!
//! Every file is listed once, however many of the given paths and links lead to it, and links cannot make the list longer
//! than the number of files: each folder is walked once, by its real path.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use iam_core::cloudtrail::{Activity, TrailFile, TrailGap};
use iam_core::fact::Reason;
use walkdir::{DirEntry, WalkDir};

use crate::layout::{Kind, Layout};
use crate::pattern::{Expanded, expand};
use crate::pruning::may_hold_selected;
use crate::request::Request;
use crate::shown;

/// What there is to read.
#[derive(Debug)]
pub(crate) struct Discovery {
    /// The files, in no order.
    pub(crate) files: Vec<Found>,
    /// Where they lie.
    pub(crate) places: Places,
    /// What is not read, by its path.
    pub(crate) passed_over: PassedOver,
    /// Nothing but gaps: what could not be listed.
    pub(crate) activity: Activity,
    /// Whether it was stopped before the end.
    pub(crate) is_stopped: bool,
}

/// Files that were not read on purpose, by why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PassedOver {
    /// The path says that nothing in them is selected.
    pub not_selected: u64,
    /// Digest files.
    pub digests: u64,
    /// Files of CloudTrail Insights.
    pub insights: u64,
    /// Files of aggregated events.
    pub aggregated: u64,
    /// Files of other services in the same bucket.
    pub others: u64,
    /// Files found in folders that hold something else by their content.
    pub no_logs: u64,
}

/// The given paths and the links that lead out of them: every file belongs to one.
#[derive(Debug, Default)]
pub(crate) struct Places(Vec<Root>);

/// A file to read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    root: u32,
    /// Its path below the root; empty where the root is the file.
    inside: Box<Path>,
    /// Its size in bytes, once [`Places::measure`] has asked for it.
    pub(crate) size: u64,
    /// How it came to be read.
    pub(crate) given: Given,
}

/// How a file came to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Given {
    /// The caller named it.
    ByName,
    /// It was found in a folder, or by a pattern.
    InFolder,
    /// Standard input.
    AsInput,
}

#[derive(Debug)]
struct Root {
    real: PathBuf,
    shown: String,
}

/// Lists the files.
pub(crate) fn discover(request: &Request, stop: &AtomicBool) -> Discovery {
    let mut search = Search {
        request,
        stop,
        found: Discovery {
            files: Vec::new(),
            places: Places::default(),
            passed_over: PassedOver::default(),
            activity: request.nothing_yet(),
            is_stopped: false,
        },
        folders: HashSet::new(),
        walked: HashSet::new(),
        named: HashSet::new(),
        names: HashMap::new(),
        ahead: Vec::new(),
        links: Vec::new(),
    };
    search.run();
    search.found
}

impl Places {
    /// Where a file lies; `None` for standard input.
    pub(crate) fn path(&self, file: &Found) -> Option<PathBuf> {
        let root = self.0.get(file.root as usize).filter(|_| file.given != Given::AsInput)?;
        // Joining nothing would add a separator.
        Some(if file.inside.as_os_str().is_empty() {
            root.real.clone()
        } else {
            root.real.join(&file.inside)
        })
    }

    /// Asks for the sizes of files. One that cannot be asked for is found out when it is read.
    pub(crate) fn measure(&self, files: &mut [Found], stop: &AtomicBool) {
        for file in files.iter_mut().take_while(|_| !stop.load(Ordering::Relaxed)) {
            let about = self.path(file).and_then(|path| fs::metadata(path).ok());
            file.size = about.map_or(0, |about| about.len());
        }
    }

    /// A file's name in messages, and what its place says.
    pub(crate) fn trail_file(&self, file: &Found) -> TrailFile {
        let Some(root) = self.0.get(file.root as usize).filter(|_| file.given != Given::AsInput) else {
            return TrailFile::named(shown::INPUT);
        };
        let path = shown::join(&root.shown, &shown::plain(&file.inside));
        let (account, region) = with_layout(&path, &root.real.join(&file.inside), |layout| {
            (layout.account.map(Arc::from), layout.region.map(Arc::from))
        });
        TrailFile { path: Arc::from(path), account, region }
    }
}

/// What the name in messages tells, and where that is not all, the real path.
fn with_layout<T>(shown: &str, real: &Path, take: impl FnOnce(&Layout<'_>) -> T) -> T {
    let layout = Layout::of(shown);
    if layout.is_whole() {
        return take(&layout);
    }
    let real = shown::plain(real);
    take(&layout.or(&Layout::of(&real)))
}

struct Search<'r> {
    request: &'r Request,
    stop: &'r AtomicBool,
    found: Discovery,
    /// Folders that are or will be walked, by their real paths, with what is below them.
    folders: HashSet<PathBuf>,
    /// Those of them where walking started.
    walked: HashSet<PathBuf>,
    /// Files listed by themselves, likewise.
    named: HashSet<PathBuf>,
    /// How many folders have a name in messages.
    names: HashMap<String, u32>,
    /// Folders still to be walked, as roots.
    ahead: Vec<Root>,
    /// Links found on the way, with their names in messages.
    links: Vec<(PathBuf, String)>,
}

impl Search<'_> {
    fn run(&mut self) {
        let mut has_input = false;
        for path in &self.request.paths {
            if path.as_os_str() == "-" {
                if !has_input {
                    self.list(Found {
                        root: u32::MAX,
                        inside: Path::new("").into(),
                        size: 0,
                        given: Given::AsInput,
                    });
                }
                has_input = true;
            } else {
                self.look(path, true);
            }
        }
        for path in &self.request.listed {
            self.look(path, false);
        }
        while !self.ahead.is_empty() {
            // A folder below another one is walked with that one.
            for root in std::mem::take(&mut self.ahead) {
                if !root.real.parent().is_some_and(|above| self.is_covered(above)) {
                    self.walk(root);
                }
            }
            for (link, shown) in std::mem::take(&mut self.links) {
                self.follow(&link, shown);
            }
        }
    }

    /// Takes a path as it was given. `may_be_pattern`: one that does not exist may be a pattern.
    fn look(&mut self, path: &Path, may_be_pattern: bool) {
        let shown = shown::given(path);
        match fs::metadata(path) {
            Ok(_) => self.enter(path, shown, Given::ByName),
            Err(error) if error.kind() == ErrorKind::NotFound && may_be_pattern => self.expand(path, &shown),
            Err(error) => self.refuse(shown, &error),
        }
    }

    fn expand(&mut self, path: &Path, shown: &str) {
        let Some(Expanded { paths, failed }) = expand(path, self.stop) else {
            return self.refuse(shown.to_owned(), &ErrorKind::NotFound.into());
        };
        if paths.is_empty() && failed.is_empty() {
            self.gap(shown.to_owned(), Reason::NotSupplied, "no file matches the pattern".to_owned());
        }
        for path in paths {
            let shown = shown::given(&path);
            self.enter(&path, shown, Given::InFolder);
        }
        for (path, error) in failed {
            self.refuse(shown::given(&path), &error);
        }
    }

    /// Takes a path that is there: a folder is walked later, a file listed.
    fn enter(&mut self, path: &Path, shown: String, given: Given) {
        let (real, about) = match path.canonicalize().and_then(|real| Ok((fs::metadata(&real)?, real))) {
            Ok((about, real)) => (real, about),
            Err(error) => return self.refuse(shown, &error),
        };
        if about.is_dir() {
            if self.folders.insert(real.clone()) {
                let shown = self.unlike_others(shown);
                self.ahead.push(Root { real, shown });
            }
        } else if !about.is_file() {
            self.gap(shown, Reason::Malformed, NEITHER.to_owned());
        } else if self.named.insert(real.clone()) {
            self.weigh(Root { real, shown }, given);
        }
    }

    /// Two folders that would have the same name in messages are told apart.
    fn unlike_others(&mut self, shown: String) -> String {
        let same = self.names.entry(shown.clone()).or_default();
        *same += 1;
        if *same == 1 { shown } else { format!("{shown} ({same})") }
    }

    /// Takes a file that is a root of its own.
    fn weigh(&mut self, root: Root, given: Given) {
        if !with_layout(&root.shown, &root.real, |layout| self.is_passed_over(layout, false)) {
            let root = self.add_root(root);
            self.list(Found { root, inside: Path::new("").into(), size: 0, given });
        }
    }

    fn add_root(&mut self, root: Root) -> u32 {
        self.found.places.0.push(root);
        u32::try_from(self.found.places.0.len() - 1).unwrap_or(u32::MAX)
    }

    fn list(&mut self, file: Found) {
        self.found.files.push(file);
    }

    /// Whether the path says that the file need not be read; counts it if so. `knows_services`: whether folders of other
    /// services are told by their names.
    fn is_passed_over(&mut self, layout: &Layout<'_>, knows_services: bool) -> bool {
        let passed_over = &mut self.found.passed_over;
        let count = match layout.kind {
            Kind::Digest => &mut passed_over.digests,
            Kind::Insight => &mut passed_over.insights,
            Kind::Aggregated => &mut passed_over.aggregated,
            Kind::OtherService if knows_services => &mut passed_over.others,
            _ if !may_hold_selected(layout, &self.request.selection) => &mut passed_over.not_selected,
            _ => return false,
        };
        *count += 1;
        true
    }

    /// Lists the files of a folder, with those of all folders in it. Links are put aside.
    fn walk(&mut self, root: Root) {
        let mut is_empty = true;
        self.walked.insert(root.real.clone());
        // Whoever hands in a folder of another service by name means it.
        let knows_services = Layout::of(&shown::plain(&root.real.join("-"))).kind != Kind::OtherService;
        let index = self.add_root(Root { real: root.real.clone(), shown: root.shown.clone() });
        let mut entries = WalkDir::new(&root.real).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            if self.stop.load(Ordering::Relaxed) {
                self.found.is_stopped = true;
                return;
            }
            is_empty &= entry.as_ref().is_ok_and(|entry| entry.file_type().is_dir());
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {
                    if entry.depth() > 0 && self.walked.contains(entry.path()) {
                        entries.skip_current_dir();
                    }
                }
                Ok(entry) => self.meet(&entry, index, &root, knows_services),
                Err(error) => {
                    let shown = shown_inside(&root, error.path().unwrap_or(&root.real));
                    self.refuse(shown, &io::Error::from(error));
                }
            }
        }
        if is_empty {
            let shown = if root.shown.is_empty() { ".".to_owned() } else { root.shown };
            self.gap(shown, Reason::NotSupplied, "the folder holds no file".to_owned());
        }
    }

    fn is_covered(&self, folder: &Path) -> bool {
        folder.ancestors().any(|above| self.folders.contains(above))
    }

    /// Takes what was found in a folder and is no folder.
    fn meet(&mut self, entry: &DirEntry, index: u32, root: &Root, knows_services: bool) {
        let shown = shown_inside(root, entry.path());
        if entry.file_type().is_symlink() {
            self.links.push((entry.path().to_owned(), shown));
            return;
        }
        if !entry.file_type().is_file() {
            self.gap(shown, Reason::Malformed, NEITHER.to_owned());
            return;
        }
        let is_named = !self.named.is_empty() && self.named.contains(entry.path());
        if is_named || with_layout(&shown, entry.path(), |layout| self.is_passed_over(layout, knows_services))
        {
            return;
        }
        let inside = entry.path().strip_prefix(&root.real).unwrap_or(entry.path()).into();
        self.list(Found { root: index, inside, size: 0, given: Given::InFolder });
    }

    /// Follows a link that was found in a folder, unless what it leads to is listed anyhow.
    fn follow(&mut self, link: &Path, shown: String) {
        let real = match link.canonicalize() {
            Ok(real) => real,
            Err(error) => return self.refuse(shown, &error),
        };
        if !self.is_covered(&real) {
            self.enter(&real, shown, Given::InFolder);
        }
    }

    fn refuse(&mut self, shown: String, error: &io::Error) {
        let reason = reason_of(error);
        self.gap(shown, reason, format!("cannot be read: {error}"));
    }

    fn gap(&mut self, shown: String, reason: Reason, what: String) {
        self.found.activity.add_gap(TrailGap { file: shown.into(), offset: None, reason, what: what.into() });
    }
}

fn shown_inside(root: &Root, path: &Path) -> String {
    let inside = path.strip_prefix(&root.real).unwrap_or(path);
    shown::join(&root.shown, &shown::plain(inside))
}

const NEITHER: &str = "neither a file nor a folder; pipes can be read as standard input, `-`";

/// Why the system refused to read.
pub(crate) fn reason_of(error: &io::Error) -> Reason {
    match error.kind() {
        ErrorKind::PermissionDenied => Reason::Denied,
        _ => Reason::CutOff,
    }
}
