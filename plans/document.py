"""A plan as a document: chapters, hierarchy, matrix, and what hangs on them, in reading order."""

from dataclasses import dataclass

from plans.document_parts import DocumentParts, SectionRow, document_parts
from plans.frameworks import FrameworkRows, plan_frameworks
from plans.models import PolicyLink, SectionContent
from plans.prose import Block, TermLinker
from plans.tree import PolicyNode, policy_tree

# What is printed after the chapters where none of them prints it.
APPENDED = (
    SectionContent.RELATED_PLANS,
    SectionContent.POLICIES,
    SectionContent.MATRIX,
    SectionContent.FRAMEWORKS,
    SectionContent.COMMITTEES,
    SectionContent.MEETINGS,
    SectionContent.GLOSSARY,
)


@dataclass(frozen=True)
class DocumentNode:
    """A policy with the labels of those it serves, and of those that serve it, on other axes."""

    node: PolicyNode
    blocks: tuple[Block, ...]
    serves: tuple[str, ...]
    served_by: tuple[str, ...]
    framework_items: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """Which policies (lines) serve which policies of another axis (columns)."""

    columns: tuple[PolicyNode, ...]
    lines: tuple[tuple[PolicyNode, tuple[bool, ...]], ...]


@dataclass(frozen=True)
class Axis:
    """One ordering of a plan's policies: its levels' names from the top, and its nodes."""

    name: str
    level_names: tuple[str, ...]
    nodes: tuple[DocumentNode, ...]
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Chapter:
    """A heading with its text, and what the product prints below it."""

    anchor: str
    depth: int
    label: str
    blocks: tuple[Block, ...]
    content: str

    @property
    def heading_below(self) -> int:
        """The level of headings in what is printed below it: 3 for a chapter of the first depth."""
        return min(self.depth, 3) + 2


@dataclass(frozen=True)
class Entry:
    """A line of the table of contents."""

    anchor: str
    depth: int
    label: str


@dataclass(frozen=True)
class PlanDocument:
    chapters: tuple[Chapter, ...]
    contents: tuple[Entry, ...]
    axes: tuple[Axis, ...]
    matrix: Matrix | None
    frameworks: tuple[FrameworkRows, ...]
    parts: DocumentParts

    def prints(self, content: SectionContent) -> bool:
        """Whether some chapter prints this content."""
        return any(chapter.content == content for chapter in self.chapters)


def plan_document(plan) -> PlanDocument:
    """The whole document of a plan. Four queries, however many chapters and policies."""
    nodes = policy_tree(plan)
    links = set(PolicyLink.objects.filter(policy__plan=plan).values_list("policy", "parent"))
    frameworks, items = plan_frameworks(plan)
    parts = document_parts(plan)
    linker = TermLinker([(term.id, term.term) for term in parts.terms])
    names = dict.fromkeys(level.axis for level in parts.levels)
    axes = tuple(_axis(name, parts.levels, nodes, links, items, linker) for name in names)
    matrix = _matrix(nodes, links) if links else None
    chapters = tuple(_chapters(parts, linker, bool(matrix), bool(frameworks)))
    return PlanDocument(
        chapters=chapters,
        contents=tuple(_contents(chapters, axes)),
        axes=axes,
        matrix=matrix,
        frameworks=tuple(frameworks),
        parts=parts,
    )


def _chapters(parts, linker, has_matrix, has_frameworks):
    """The sections as printed, then what none of them prints; a plan without any prints all."""
    there = {
        SectionContent.RELATED_PLANS: parts.related_plans,
        SectionContent.POLICIES: True,
        SectionContent.MATRIX: has_matrix,
        SectionContent.FRAMEWORKS: has_frameworks,
        SectionContent.COMMITTEES: parts.committees,
        SectionContent.MEETINGS: parts.meetings,
        SectionContent.GLOSSARY: parts.terms,
    }
    printed = {section.content for section in parts.sections}
    appended = [content for content in APPENDED if there[content] and content not in printed]
    if not parts.sections:
        appended += [SectionContent.KPIS, SectionContent.CHECKLISTS]
    return [
        *(_chapter(section, linker) for section in parts.sections),
        *(Chapter(f"content-{content}", 1, content.label, (), content) for content in appended),
    ]


def _chapter(section: SectionRow, linker) -> Chapter:
    return Chapter(
        anchor=f"section-{section.id}",
        depth=section.depth,
        label=section.label,
        blocks=linker.blocks(section.body),
        content=section.content,
    )


def _contents(chapters, axes):
    for chapter in chapters:
        yield Entry(chapter.anchor, chapter.depth, chapter.label)
        if chapter.content == SectionContent.POLICIES:
            for item in (item for axis in axes for item in axis.nodes if item.node.depth == 1):
                yield Entry(f"policy-{item.node.id}", chapter.depth + 1, item.node.label)


def _axis(name, levels, nodes, links, items, linker) -> Axis:
    level_names = tuple(level.name for level in levels if level.axis == name)
    own = [node for node in nodes if node.axis == name]
    return Axis(
        name=name,
        level_names=level_names,
        nodes=tuple(_with_links(node, nodes, links, items, linker) for node in own),
        counts=tuple(
            (level_name, sum(node.depth == depth for node in own))
            for depth, level_name in enumerate(level_names, 1)
        ),
    )


def _with_links(node, nodes, links, items, linker) -> DocumentNode:
    return DocumentNode(
        node,
        blocks=linker.blocks(node.summary),
        serves=tuple(other.label for other in nodes if (node.id, other.id) in links),
        served_by=tuple(other.label for other in nodes if (other.id, node.id) in links),
        framework_items=tuple(items.get(node.id, ())),
    )


def _matrix(nodes, links) -> Matrix:
    above = {parent for _, parent in links}
    below = {policy for policy, _ in links}
    columns = tuple(node for node in nodes if node.id in above)
    return Matrix(
        columns=columns,
        lines=tuple(
            (node, tuple((node.id, column.id) in links for column in columns))
            for node in nodes
            if node.id in below
        ),
    )
