"""Small report files in the layouts of the agency, written for a test; events are invented."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from corrin.signals.records import Counts

OLDER = (
    "RA_Report #,RA_CAERS Created Date,AEC_Event Start Date,PRI_Product Role,"
    "PRI_Reported Brand/Product Name,PRI_FDA Industry Code,PRI_FDA Industry Name,"
    "CI_Age at Adverse Event,CI_Age Unit,CI_Gender,AEC_One Row Outcomes,SYM_One Row Coded Symptoms"
)
CURRENT = (
    "DATE_FDA_FIRST_RECEIVED_REPORT,REPORT_ID,DATE_EVENT,PRODUCT_TYPE,PRODUCT,PRODUCT_CODE,"
    "DESCRIPTION,PATIENT_AGE,AGE_UNITS,SEX,CASE_MEDDRA_PREFERRED_TERMS,CASE_OUTCOME"
)


def table(path: Path, rows: Iterable[tuple[object, ...]], header: str = "id,product,event") -> Path:
    """A CSV file with plain values."""
    lines = [header, *(",".join("" if one is None else str(one) for one in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def caers_older(folder: Path) -> Path:
    """Two reports of the older layout; the second has a suspect and a concomitant product."""
    path = folder / "CAERS_ASCII_2004_2017Q2.csv"
    path.write_bytes(
        "\n".join(
            (
                OLDER,
                '1,1/2/2014,,Suspect,"VITAMIN B12, CAFÉ FLAVOUR",54,Vit,,,Female,HOSPITALIZATION,'
                '"GRUMPING, MUSCLE TWITCHING"',
                '2,12/31/2014,,Suspect,Tea  Leaf,54,Vit,,,Male,"LIFE THREATENING, HOSPITALIZATION",'
                "GRUMPING",
                "2,12/31/2014,,Concomitant,OTHER,54,Vit,,,Male,HOSPITALIZATION,GRUMPING",
                "",
            )
        ).encode("latin-1")
    )
    return path


def caers_current(folder: Path) -> Path:
    """The same two reports in the current layout."""
    path = folder / "HFCS-Quarterly.csv"
    path.write_text(
        "\n".join(
            (
                CURRENT,
                '1/2/2014,2014-CFS-1,,SUSPECT,"VITAMIN B12",54,Vit,44,year(s),F,'
                '"GRUMPING, MUSCLE TWITCHING",Hospitalization',
                "12/31/2014,2014-CFS-2,,SUSPECT,TEA LEAF,54,Vit,,,M,GRUMPING,Death",
                "12/31/2014,2014-CFS-2,,CONCOMITANT,OTHER,54,Vit,,,M,GRUMPING,Death",
                "",
            )
        ),
        encoding="utf-8",
    )
    return path


def faers(folder: Path) -> Path:
    """Two quarters: a case with three versions, a withdrawn case, and two plain ones."""
    ascii_ = folder / "faers" / "ASCII"
    deleted = folder / "faers" / "Deleted"
    ascii_.mkdir(parents=True)
    deleted.mkdir()
    files = {
        "DEMO22Q3.txt": (
            "primaryid$caseid$caseversion$event_dt$init_fda_dt$fda_dt$sex",
            "1001$100$1$20220101$20220105$20220701$F",
            "1002$100$2$20220101$20220105$20220801$F",
            "2001$200$1$20220110$20220705$20220705$M",
            "3001$300$1$$20220706$20220706$M",
        ),
        "DEMO22Q4.txt": (
            "primaryid$caseid$caseversion$event_dt$init_fda_dt$fda_dt$sex",
            "10010$100$10$20220101$20220105$20220801$F",
            "4001$400$1$$20221106$20221106$",
        ),
        "DRUG22Q3.txt": (
            "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai",
            "1001$100$1$PS$FIRST VERSION$",
            "1002$100$1$PS$SECOND VERSION$",
            "2001$200$1$PS$vit b12$CYANOCOBALAMIN",
            "2001$200$2$C$ASIDE$",
            "3001$300$1$PS$WITHDRAWN$",
        ),
        "DRUG22Q4.txt": (
            "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai",
            "10010$100$1$SS$TENTH  VERSION$",
            "4001$400$1$PS$TEA$",
        ),
        "REAC22Q3.txt": (
            "primaryid$caseid$pt$drug_rec_act",
            "1002$100$Grumping$",
            "2001$200$Muscle twitching$",
            "3001$300$Grumping$",
        ),
        "REAC22Q4.txt": (
            "primaryid$caseid$pt$drug_rec_act", "10010$100$Humming$", "4001$400$Humming$",
        ),
        "OUTC22Q3.txt": ("primaryid$caseid$outc_cod", "2001$200$HO"),
        "INDI22Q3.txt": ("primaryid$caseid$indi_drug_seq$indi_pt", "2001$200$1$Tiredness"),
        "THER22Q3.txt": (
            "primaryid$caseid$dsg_drug_seq$start_dt$end_dt", "2001$200$1$20220101$",
        ),
    }  # fmt: skip
    for name, lines in files.items():
        (ascii_ / name).write_text("\r\n".join((*lines, "")), encoding="latin-1")
    (deleted / "DELETE22Q4.txt").write_text("300\r\n", encoding="latin-1")
    return folder / "faers"


def counts_of(reports: list[tuple[set[int], set[int]]], products: int, events: int) -> Counts:
    """Counts in one stratum, made in plain Python: a slow twin of the counting."""
    pairs: dict[tuple[int, int], int] = {}
    rows, columns = [0] * products, [0] * events
    for taken, had in reports:
        for product in taken:
            rows[product] += 1
        for event in had:
            columns[event] += 1
        for pair in ((product, event) for product in taken for event in had):
            pairs[pair] = pairs.get(pair, 0) + 1
    order = sorted(pairs)
    return Counts(
        products=tuple(f"P{n}" for n in range(products)),
        events=tuple(f"E{n}" for n in range(events)),
        product=np.array([one[0] for one in order], np.int64),
        event=np.array([one[1] for one in order], np.int64),
        n=np.array([pairs[one] for one in order], np.int64),
        product_reports=np.array(rows, np.int64)[:, None],
        event_reports=np.array(columns, np.int64)[:, None],
        reports=np.array([len(reports)], np.int64),
    )
